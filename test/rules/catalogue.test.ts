import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { SCOPES } from '../../src/auth/principal.ts'
import { PROMPTS } from '../../src/mcp/prompts/index.ts'
import { INSTRUCTIONS } from '../../src/mcp/server.ts'
import { TOOLS } from '../../src/mcp/tools/index.ts'
import { USUAL_CALLS } from '../bench/calls.ts'
import { connectAs } from '../support/edge.ts'

const FILES = Object.keys(import.meta.glob('../../src/mcp/tools/*.ts')).map((path) => path.split('/').at(-1))
/** Words by which a caller could try to say who they are, or whose rows they want. A `store` filter is not one. */
const IDENTITY = /tenant|user|role|rls|context|principal|owner|session|token|manager|store_id/
/** What the sample that people know calls a store filter. */
const ALIASES: Readonly<Record<string, string>> = { get_store_performance: 'store_id' }
/** Named like a question; everybody understands it. */
const NOT_VERB_NOUN = ['whoami']

describe.for(TOOLS.map((tool) => [tool.name, tool] as const))('%s', ([name, tool]) => {
  it('is named verb_noun and lies in a file of its name', () => {
    expect(NOT_VERB_NOUN.includes(name) || /^[a-z]+(_[a-z0-9]+)+$/.test(name)).toBe(true)
    expect(FILES).toContain(`${name.replaceAll('_', '-')}.ts`)
  })

  it('says what it is for in 40 to 1,024 characters', () => {
    expect(tool.title.length).toBeGreaterThan(3)
    expect(tool.description.length).toBeGreaterThanOrEqual(40)
    expect(tool.description.length).toBeLessThanOrEqual(1024)
  })

  it('says when not to use it, and names the tool to use instead, or none that is needed', () => {
    const [, without] = /\bnot (.+)$/i.exec(tool.description) ?? []

    expect(without).toMatch(/\((?:[a-z]+_)+[a-z]+\b|needed/)
  })

  it('carries all four hints and changes nothing', () => {
    expect(tool.annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false, openWorldHint: false })
    expect(typeof tool.annotations.idempotentHint).toBe('boolean')
    expect(SCOPES).toContain(tool.scope)
  })

  it('takes no argument that could name a tenant, and none that it does not know', () => {
    expect(Object.keys(tool.input.shape).filter((key) => IDENTITY.test(key) && key !== ALIASES[name])).toEqual([])
    expect(tool.input.safeParse({ something_else: 1 }).success).toBe(false)
  })

  it('gives null no meaning, for a null is left out before the tool reads its arguments', () => {
    const nullable = Object.values(tool.input.shape as Record<string, z.ZodType>).filter(
      (argument) => argument.safeParse(null).success,
    )

    expect(nullable).toEqual([])
  })

  it('uses plain JSON schema types for its arguments', () => {
    const schema = JSON.stringify(z.toJSONSchema(tool.input, { io: 'input' }))

    expect(schema).not.toMatch(/anyOf|oneOf|allOf|\$ref|"null"/)
    expect(JSON.parse(schema)).toMatchObject({ type: 'object', additionalProperties: false })
  })
})

describe('the catalogue', () => {
  it('has at most 15 tools, each name once', () => {
    expect(TOOLS.length).toBeLessThanOrEqual(15)
    expect(new Set(TOOLS.map(({ name }) => name)).size).toBe(TOOLS.length)
  })

  it('is measured whole: the bench knows a usual call of every tool', () => {
    expect(TOOLS.map(({ name }) => name).filter((name) => !(name in USUAL_CALLS))).toEqual([])
  })

  it('is spoken of by its own names, in the instructions and in the prompts', () => {
    const words = [INSTRUCTIONS, ...PROMPTS.map((prompt) => prompt.write({}))].join(' ')
    const named = words.match(/\b(?:get|execute|semantic)_[a-z_]+\b/g) ?? []

    expect(named.filter((name) => !TOOLS.some((tool) => tool.name === name))).toEqual([])
    expect(TOOLS.filter(({ name }) => !INSTRUCTIONS.includes(name))).toEqual([])
  })

  it('may be kept by the client for a while, and by nobody in between', async () => {
    const { client } = await connectAs('seattle')

    const list = await client.listTools()

    expect(list).toMatchObject({ ttlMs: 300_000, cacheScope: 'private' })
  })
})
