import { expect, it } from 'vitest'
import readme from '../../README.md?raw'
import { TOOLS } from '../../src/mcp/tools/index.ts'
import { connectAs } from '../support/edge.ts'

/** The first block of JSON: what the README says that the assistant gets. */
const shown = JSON.parse(/```json\n(.*?)```/s.exec(readme)?.[1] ?? 'null') as Record<string, unknown>

const isThere = TOOLS.some(({ name }) => name === 'get_store_performance')

it.skipIf(!isThere)(
  'the answer on the README’s first screen is the real one (skipped until its tool is there)',
  async () => {
    const { client } = await connectAs('seattle')
    const answer = await client.callTool({ name: 'get_store_performance', arguments: { time_period: '2025-Q2' } })
    expect(shown).not.toBeNull()
    expect(answer.structuredContent).toMatchObject(shown)
  },
)

it('the README’s table of tools names all of them', () => {
  const named = [...readme.matchAll(/^\| `([a-z]+(?:_[a-z]+)*)(?:\(.*\))?` \|/gm)].map(([, name]) => name)

  expect(TOOLS.map(({ name }) => name).filter((name) => !named.includes(name))).toEqual([])
  expect(named.length).toBeLessThan(16)
})
