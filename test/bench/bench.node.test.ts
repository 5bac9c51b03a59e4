import { expect, it } from 'vitest'
import { openAhead } from './node/ahead.ts'
import { isKept, type Measure } from './node/area.ts'
import { drawTargets } from './node/chart.ts'
import { openKept } from './node/kept.ts'
import { REPORT_QUERIES } from './node/report-queries.ts'
import { geometricMean, quantile, describe as summarise, timeInTurns } from './node/rounds.ts'
import { rowsWritten } from './node/stored.ts'

const measure = { measure: 'm', unit: 'x', against: 'n' } as const

it('keeps a target from above and from below, and has none to break without one', () => {
  const kept = (value: number, target?: Measure['target']) =>
    isKept({ ...measure, value, ...(target === undefined ? {} : { target }) })

  expect([kept(1.05, { atMost: 1.05 }), kept(1.06, { atMost: 1.05 })]).toEqual([true, false])
  expect([kept(0.97, { atLeast: 0.97 }), kept(0.96, { atLeast: 0.97 })]).toEqual([true, false])
  expect(kept(1_000_000)).toBe(true)
})

it('takes quantiles by nearest rank, and the mean of ratios geometrically', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1)

  expect([0.5, 0.95, 0.99, 1].map((share) => quantile(hundred, share))).toEqual([50, 95, 99, 100])
  expect(quantile([7], 0.5)).toBe(7)
  expect(geometricMean([0.5, 2])).toBeCloseTo(1)
  expect(summarise('a', [3, 1, 2])).toMatchObject({ p50: 2, p95: 3, runs: 3 })
})

it('runs the ways in alternating order, and does not count the warm-up', async () => {
  const order: string[] = []
  const way = (name: string) => ({ name, run: async () => void order.push(name) })

  const timings = await timeInTurns([way('a'), way('b')], { rounds: 2, warmUp: 1 })

  expect(order.join('')).toBe('baabba')
  expect(timings.map(({ name, runs }) => [name, runs])).toEqual([
    ['a', 2],
    ['b', 2],
  ])
})

it('makes what a way needs before its clock starts', async () => {
  const ready = { prepare: () => new Promise<void>((resolve) => setTimeout(resolve, 30)) }

  const [timing] = await timeInTurns([{ name: 'a', ...ready, run: async () => {} }], { rounds: 3, warmUp: 0 })

  expect(timing?.p50).toBeLessThan(10)
})

it('ends the rounds when the time is over, but not before there are enough', async () => {
  const slow = { name: 'slow', run: () => new Promise<void>((resolve) => setTimeout(resolve, 20)) }

  const [within] = await timeInTurns([slow], { rounds: 50, warmUp: 0, atLeast: 3, withinMs: 1 })
  const [without] = await timeInTurns([slow], { rounds: 5, warmUp: 0, atLeast: 3, withinMs: 60_000 })

  expect([within?.runs, without?.runs]).toEqual([3, 5])
})

it('makes ahead only beside areas that count, and is done before the next that holds times', async () => {
  const events: string[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const slow = { prepare: () => promise.then(() => void events.push('made')) }
  const ahead = openAhead([{}, slow], {} as Parameters<typeof openAhead>[1])

  await ahead.makeWayFor({})
  events.push('times')
  await ahead.makeWayFor({ onlyCounts: true })
  events.push('counts')
  const times = ahead.makeWayFor({}).then(() => events.push('times again'))
  resolve()
  await times

  expect(events).toEqual(['times', 'counts', 'made', 'times again'])
})

it('leaves a failure to the area that needs what was not made', async () => {
  const ahead = openAhead([{ prepare: () => Promise.reject(new Error('no')) }], {} as Parameters<typeof openAhead>[1])

  ahead.begin()

  await expect(ahead.makeWayFor({})).resolves.toBeUndefined()
})

it('makes what is kept once, and stops all of it, but not what failed', async () => {
  const events: string[] = []
  const kept = openKept()
  const make = async () => {
    events.push('made')
    return { stop: async () => void events.push('stopped') }
  }

  expect(await kept.get('a', make)).toBe(await kept.get('a', make))
  await expect(kept.get('b', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  await kept.stop()

  expect(events).toEqual(['made', 'stopped'])
})

it('has twenty reports, each with a filter for every tenant table it reads', () => {
  expect(REPORT_QUERIES).toHaveLength(20)
  const without = REPORT_QUERIES.filter(({ sql }) => {
    const text = sql((alias) => ` and ${alias}.filtered`)
    const tables = [...text.matchAll(/retail\.(?:orders|order_items|customers|inventory) (\w+)/g)].map(
      ([, alias]) => alias,
    )
    return tables.length === 0 || tables.some((alias) => !text.includes(`${alias}.filtered`))
  })

  expect(without.map(({ name }) => name)).toEqual([])
})

it('draws each target once, and says where it is missed', () => {
  const kept: Measure = { ...measure, value: 1, target: { atMost: 2 } }
  const missed: Measure = { ...measure, measure: '<b>', value: 0.5, target: { atLeast: 1 } }

  const svg = drawTargets([{ area: { name: 'a' }, measures: [kept, missed, { ...measure, value: 3 }] }])

  expect(svg.match(/class="good"/g)).toHaveLength(1)
  expect(svg.match(/class="short"/g)).toHaveLength(1)
  expect(svg).toContain('50 %</text>')
  expect(svg).toContain('200 % ✗</text>')
  expect(svg).toContain('a: &lt;b&gt;')
})

it('counts rows that came, went or changed once each, and as often again as their table has indexes', () => {
  const stored = (rows: readonly string[], entries = 1, table = 't') => ({
    tables: new Map([[table, { rows: new Set(rows), entries }]]),
    objects: 1,
    bytes: 0,
    alarms: new Map(),
  })

  expect(rowsWritten(stored(['a 1', 'b 1']), stored(['a 2', 'b 1', 'c 1']))).toBe(2)
  expect(rowsWritten(stored(['a 1']), stored([]))).toBe(1)
  expect(rowsWritten(stored(['a 1']), stored(['a 1']))).toBe(0)
  expect(rowsWritten(stored(['a 1']), stored(['a 1', 'b 1'], 3))).toBe(3)
  expect(rowsWritten(stored(['a 1'], 1, 'other'), stored(['b 1', 'c 1']))).toBe(2)
})
