import { expect, it } from 'vitest'
import { createParser, type Parse } from '../../src/sql-guard/parse.ts'
import { checkWith, instantiate } from './node/guard.ts'

interface FragileParser {
  readonly parse: Parse
  /** Instances made so far. */
  instances: number
  /** Makes every call into the module fail, as a trap does. */
  broken: boolean
  /** Bytes of memory that the last instance took at start. */
  memory: number
}

function fragileParser(): FragileParser {
  const fragile = { instances: 0, broken: false, memory: 0, parse: createParser(start) }

  function start(imports: object): object {
    fragile.instances++
    const exports: Record<string, unknown> = {}
    for (const [name, value] of Object.entries(instantiate(imports).exports)) {
      exports[name] = typeof value === 'function' ? failing(value as (...values: unknown[]) => unknown) : value
      if (value instanceof Object && 'buffer' in value) fragile.memory = (value.buffer as ArrayBuffer).byteLength
    }
    return { exports }
  }

  function failing(call: (...values: unknown[]) => unknown): (...values: unknown[]) => unknown {
    return (...values) => {
      if (fragile.broken) throw new RangeError('Maximum call stack size exceeded')
      return call(...values)
    }
  }
  return fragile
}

it('takes 36 MiB, not the 128 MiB that an isolate has', async () => {
  const fragile = fragileParser()

  await fragile.parse('select 1')

  expect(fragile.memory).toBe(36 * 1024 * 1024)
})

it('keeps one instance for all texts, also for those with mistakes', async () => {
  const fragile = fragileParser()

  for (const text of ['select 1', 'selct', 'select 2', "select '"]) await fragile.parse(text)

  expect(fragile.instances).toBe(1)
})

it('refuses a text that breaks the parser, and answers the next one with a new instance', async () => {
  const fragile = fragileParser()
  await fragile.parse('select 1')
  fragile.broken = true

  await expect(checkWith(fragile.parse, 'select 2')).rejects.toThrow(
    'The query is nested more than 120 levels deep here.',
  )
  fragile.broken = false

  await expect(checkWith(fragile.parse, 'select 3')).resolves.toMatchObject({ text: 'select 3' })
  expect(fragile.instances).toBe(2)
})

it('does not hand a broken instance to calls that waited for it', async () => {
  const fragile = fragileParser()
  await fragile.parse('select 1')
  fragile.broken = true

  const first = fragile.parse('select 2').then((result) => {
    fragile.broken = false
    return result
  })
  const second = fragile.parse('select 3')

  expect(await first).toMatchObject({ trapped: true })
  await second
  expect(await fragile.parse('select 4')).toMatchObject({ statements: [expect.anything()] })
  expect(fragile.instances).toBeGreaterThan(1)
})

it('tries again when the module could not be started', async () => {
  let attempts = 0
  const parse = createParser((imports) => {
    if (++attempts === 1) throw new RangeError('out of memory')
    return instantiate(imports)
  })

  await expect(parse('select 1')).rejects.toThrow('out of memory')
  expect(await parse('select 1')).toMatchObject({ statements: [expect.anything()] })
})
