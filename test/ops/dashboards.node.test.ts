import { readFileSync } from 'node:fs'
import type { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openCluster } from '../../dev/neon/embedded/open-cluster.ts'
import type { ErrorCode } from '../../src/errors.ts'
import { createMetrics, METRICS, type Metrics } from '../../src/observe/metrics.ts'

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../ops/dashboards/${name}`, import.meta.url), 'utf8'))

const dashboard = z
  .object({
    uid: z.string().min(1),
    title: z.string().min(1),
    schemaVersion: z.number().min(36),
    panels: z
      .array(
        z.object({
          id: z.number().int(),
          type: z.enum(['timeseries', 'table', 'stat']),
          title: z.string().min(1),
          gridPos: z.object({ x: z.number(), y: z.number(), w: z.number().min(1).max(24), h: z.number().min(1) }),
          targets: z.array(z.object({ refId: z.string(), query: z.string().min(20) })).min(1),
        }),
      )
      .min(1),
  })
  .parse(read('retail-analytics.json'))

const query = z.object({ query: z.string() })
const threshold = z.object({
  type: z.literal('threshold'),
  expression: z.literal('A'),
  conditions: z.tuple([
    z.object({ evaluator: z.object({ type: z.enum(['gt', 'lt']), params: z.tuple([z.number()]) }) }),
  ]),
})
const alerts = z
  .object({
    apiVersion: z.literal(1),
    groups: z.tuple([
      z.object({
        rules: z.array(
          z.object({
            uid: z.string(),
            title: z.string(),
            condition: z.literal('B'),
            data: z.tuple([
              z.object({ refId: z.literal('A'), model: query }),
              z.object({ refId: z.literal('B'), datasourceUid: z.literal('__expr__'), model: threshold }),
            ]),
          }),
        ),
      }),
    ]),
  })
  .parse(read('alerts.json'))

const rules = alerts.groups[0].rules
const queries = [...dashboard.panels.flatMap(({ targets }) => targets), ...rules.map(({ data }) => data[0].model)]

/** Names that a query compares the metric's column with. */
const namesIn = (sql: string) =>
  [...sql.matchAll(/blob1 (?:= '(\w+)'|IN \(([^)]+)\))/g)].flatMap(([, one, many]) =>
    one === undefined ? [...(many ?? '').matchAll(/'(\w+)'/g)].map(([, name]) => name ?? '') : [one],
  )

it('every query reads the data set that the Worker writes, and names metrics that it counts', () => {
  const toml = readFileSync(new URL('../../wrangler.toml', import.meta.url), 'utf8')
  const dataset = /dataset = "(\w+)"/.exec(toml)?.[1]

  for (const { query: sql } of queries) {
    expect(sql).toContain(`FROM ${dataset} WHERE`)
    expect(namesIn(sql).length).toBeGreaterThan(0)
    expect(Object.keys(METRICS)).toEqual(expect.arrayContaining(namesIn(sql)))
  }
})

it('the dashboard shows every metric there is', () => {
  const shown = new Set(dashboard.panels.flatMap(({ targets }) => targets.flatMap(({ query: sql }) => namesIn(sql))))

  expect([...shown].sort()).toEqual(Object.keys(METRICS).sort())
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length)
})

/** Events pass through the product's own registry into a table shaped like the data set; the rule's own SQL judges them. */
describe('an alert', () => {
  let database: PGlite
  const points: { blobs: string[]; doubles: number[] }[] = []

  beforeAll(async () => {
    database = await openCluster(undefined, { isBrief: true })
    await database.exec(`
      create table zava_retail_analytics (timestamp timestamptz default now(), _sample_interval int default 1,
                                          blob1 text, blob2 text, blob3 text, double1 double precision);
      create function if(boolean, double precision, double precision) returns double precision
        language sql as 'select case when $1 then $2 else $3 end'`)
  })
  beforeEach(async () => {
    points.length = 0
    await database.exec('truncate zava_retail_analytics')
  })
  afterAll(() => database.close())

  const times = (n: number, work: () => void) => Array.from({ length: n }, work)

  const ok = (m: Metrics, n: number, operation = 'whoami') => times(n, () => m.succeeded(operation, 1))
  const bad = (m: Metrics, n: number, type: ErrorCode, operation = 'whoami') =>
    times(n, () => m.failed(operation, type))
  const lasted = (m: Metrics, seconds: number[]) => seconds.map((s) => m.query('report', 'success', s))
  const found = (m: Metrics, states: boolean[], what: 'database' | 'ai_service' = 'database') =>
    states.map((state) => m.checked(what, state))

  it.each<[string, boolean, (metrics: Metrics) => unknown]>([
    ['zava-error-rate', true, (m) => [ok(m, 94), bad(m, 6, 'UNAVAILABLE')]],
    ['zava-error-rate', false, (m) => [ok(m, 95), bad(m, 5, 'MCP_ERROR')]],
    ['zava-error-rate', false, (m) => [ok(m, 50), bad(m, 50, 'QUERY_REJECTED')]],
    ['zava-error-rate', true, (m) => [ok(m, 900, 'http_healthz'), bad(m, 9, 'MCP_ERROR')]],
    ['zava-mean-query', true, (m) => lasted(m, [3.9, 0.2])],
    ['zava-mean-query', false, (m) => lasted(m, [3.7, 0.2])],
    ['zava-auth-failures', true, (m) => [ok(m, 89, 'http_mcp'), bad(m, 11, 'AUTHORIZATION_ERROR', 'http_mcp')]],
    ['zava-auth-failures', false, (m) => [ok(m, 90, 'http_mcp'), bad(m, 10, 'AUTHORIZATION_ERROR', 'http_mcp')]],
    ['zava-database-unhealthy', true, (m) => found(m, [false, false, false])],
    ['zava-database-unhealthy', false, (m) => found(m, [false, false, true])],
    ['zava-database-unhealthy', false, (m) => found(m, [false, false, false], 'ai_service')],
  ])('%s judges what was counted (case %#)', async (uid, fires, happen) => {
    const metrics = createMetrics()
    metrics.connect({ METRICS: { writeDataPoint: (point: (typeof points)[number]) => points.push(point) } })

    happen(metrics)
    for (const { blobs, doubles } of points) {
      await database.query('insert into zava_retail_analytics (blob1, blob2, blob3, double1) values ($1, $2, $3, $4)', [
        blobs[0],
        blobs[1] ?? '',
        blobs[2] ?? '',
        doubles[0],
      ])
    }

    expect(await isFiring(uid)).toBe(fires)
  })

  it('forgets what is older than five minutes, and is silent when nothing happened', async () => {
    expect(await Promise.all(rules.map(({ uid }) => isFiring(uid)))).toEqual(rules.map(() => false))

    await database.exec(`insert into zava_retail_analytics (timestamp, blob1, blob2, blob3, double1)
      values (now() - interval '6 minutes', 'query_duration', 'report', '', 60)`)

    expect(await isFiring('zava-mean-query')).toBe(false)
  })

  async function isFiring(uid: string): Promise<boolean> {
    const rule = rules.find((one) => one.uid === uid)
    if (rule === undefined) throw new Error(`no rule ${uid}`)
    const [read, judge] = rule.data
    const { rows } = await database.query<{ value: number | null }>(read.model.query)
    const value = rows[0]?.value ?? null
    const { type, params } = judge.model.conditions[0].evaluator
    return value !== null && (type === 'gt' ? value > params[0] : value < params[0])
  }
})
