import { expect, it } from 'vitest'
import { BUCKETS_S, createMetrics, METRICS } from '../../src/observe/metrics.ts'
import { connectAs, fetchEdge, tokenFor } from '../support/edge.ts'
import { difference, readSamples } from '../support/samples.ts'

const ORDERS = 'select count(*) as n from retail.orders'

it('known calls move the counters they should, by exactly as much, and no others', async () => {
  const { client } = await connectAs('everett', { clientId: 'metrics' })
  await client.callTool({ name: 'whoami', arguments: {} })
  const before = await readSamples()

  await client.callTool({ name: 'whoami', arguments: {} })
  await client.callTool({ name: 'get_current_utc_date', arguments: {} })
  for (const postgresql_query of [
    ORDERS,
    ORDERS,
    'select count(*) / 0 from retail.orders',
    'drop table retail.orders',
    7,
  ]) {
    await client.callTool({ name: 'execute_sales_query', arguments: { postgresql_query } })
  }
  for (const fresh of [false, false, true]) {
    const args = { table_names: ['retail.orders'], fresh }
    await client.callTool({ name: 'get_multiple_table_schemas', arguments: args })
  }

  const moved = difference(before, await readSamples())
  expect(Object.fromEntries(Object.entries(moved).filter(([name]) => !/_bucket|_sum|^dependency/.test(name)))).toEqual({
    'operation_success{operation="whoami"}': 1,
    'operation_success{operation="get_current_utc_date"}': 1,
    'operation_success{operation="execute_sales_query"}': 2,
    'operation_success{operation="get_multiple_table_schemas"}': 3,
    'operation_success{operation="http_mcp"}': 10,
    'operation_success{operation="http_metrics"}': 1,
    'operation_error{operation="execute_sales_query",type="QUERY_REJECTED"}': 2,
    'operation_error{operation="execute_sales_query",type="VALIDATION_ERROR"}': 1,
    'operation_duration_count{operation="whoami"}': 1,
    'operation_duration_count{operation="get_current_utc_date"}': 1,
    'operation_duration_count{operation="execute_sales_query"}': 2,
    'operation_duration_count{operation="get_multiple_table_schemas"}': 3,
    'operation_duration_count{operation="http_mcp"}': 10,
    'operation_duration_count{operation="http_metrics"}': 1,
    'query_total{type="context",status="success"}': 1,
    'query_total{type="free_sql",status="success"}': 1,
    'query_total{type="free_sql",status="error"}': 1,
    'query_total{type="schema",status="success"}': 2,
    'query_duration_count{type="context"}': 1,
    'query_duration_count{type="free_sql"}': 2,
    'query_duration_count{type="schema"}': 2,
    // The one that failed was looked up too; a fresh question is not.
    'cache_hit{type="query"}': 1,
    'cache_miss{type="query"}': 2,
    'cache_hit{type="schema"}': 1,
    'cache_miss{type="schema"}': 1,
  })
}, 180_000)

it('no word of a caller becomes a label', async () => {
  const { client } = await connectAs('everett', { clientId: 'metrics' })

  await client.callTool({ name: 'of_a_caller', arguments: {} }).catch(() => {})
  await client.readResource({ uri: 'zava://schema/of_a_caller' }).catch(() => {})
  await client.readResource({ uri: 'zava://of_a_caller' }).catch(() => {})
  await client.getPrompt({ name: 'of_a_caller' }).catch(() => {})
  for (const url of ['http://localhost:8787/of_a_caller', 'http://of_a_caller.example/mcp']) {
    await (await fetchEdge(url, { headers: { 'user-agent': 'of_a_caller' } })).text()
  }

  expect(Object.keys(await readSamples()).filter((name) => name.includes('of_a_caller'))).toEqual([])
})

it('only an operator may read the numbers of a public service', async () => {
  const { createApp } = await import('../../src/app.ts')
  const { authenticate } = await import('../../src/auth/authenticate.ts')
  const { bindings } = await import('../support/edge.ts')
  const { DATABASE_ENDPOINT: _, ...deployed } = { ...bindings } as Record<string, unknown>
  const app = createApp({
    // The company's issuer would have an https address; whose tokens are good is not what this is about.
    authenticate: (request, _config, now, env) =>
      authenticate(request, { ...(bindings as never as Parameters<typeof authenticate>[1]) }, now, env),
  })
  const ask = async (token?: string) =>
    app.request(
      'https://zava.example/metrics',
      { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } },
      {
        ...deployed,
        PUBLIC_URL: 'https://zava.example',
        TOKEN_ISSUER: 'https://issuer.example',
        OIDC_ISSUER: 'https://issuer.example',
        TOKEN_JWKS_URL: 'https://issuer.example/jwks.json',
        EMBEDDINGS_BASE_URL: 'https://embeddings.example/v1',
      } as never,
    )

  const [visitor, manager, operator] = [
    await ask(),
    await ask(await tokenFor('seattle')),
    await ask(await tokenFor('seattle', { scope: 'ops:read' })),
  ]

  expect([visitor.status, manager.status, operator.status]).toEqual([401, 403, 200])
  expect(manager.headers.get('www-authenticate')).toMatch(/scope="[^"]*\bops:read"/)
  expect(await operator.text()).toContain('# TYPE query_total counter')
})

it('every event goes to Analytics Engine with its name first, labels in order, the value as the number', () => {
  const written: unknown[] = []
  const metrics = createMetrics()
  metrics.connect({ METRICS: { writeDataPoint: (point: unknown) => written.push(point) } })

  metrics.query('free_sql', 'error', 1.5)
  metrics.failed('whoami', 'UNAVAILABLE')

  expect(written).toEqual([
    { indexes: ['query_total'], blobs: ['query_total', 'free_sql', 'error'], doubles: [1] },
    { indexes: ['query_duration'], blobs: ['query_duration', 'free_sql'], doubles: [1.5] },
    { indexes: ['operation_error'], blobs: ['operation_error', 'whoami', 'UNAVAILABLE'], doubles: [1] },
  ])
})

it('a sink that fails costs nothing but its own numbers', () => {
  const metrics = createMetrics()
  const writeDataPoint = () => {
    throw new Error('the platform is out of sorts')
  }
  metrics.connect({ METRICS: { writeDataPoint } })

  metrics.cacheHit('query')

  expect(metrics.toPrometheus()).toContain('cache_hit{type="query"} 1')
})

it('a histogram counts each duration in its bucket and all that follow, from 5 ms to 30 s', () => {
  const metrics = createMetrics()
  for (const seconds of [0.004, 0.005, 0.02, 2, 31]) metrics.query('report', 'success', seconds)

  const text = metrics.toPrometheus()
  const buckets = [...text.matchAll(/query_duration_bucket\{type="report",le="(.+?)"\} (\d+)/g)].map(([, le, n]) => [
    le,
    Number(n),
  ])

  expect([BUCKETS_S[0], BUCKETS_S.at(-1)]).toEqual([0.005, 30])
  expect(buckets).toEqual([
    ['0.005', 2],
    ['0.01', 2],
    ['0.025', 3],
    ['0.05', 3],
    ['0.1', 3],
    ['0.25', 3],
    ['0.5', 3],
    ['1', 3],
    ['2.5', 4],
    ['5', 4],
    ['10', 4],
    ['30', 4],
    ['+Inf', 5],
  ])
  expect(Number(/query_duration_sum\{type="report"\} (.+)/.exec(text)?.[1])).toBeCloseTo(33.029)
  expect(text).toContain('query_duration_count{type="report"} 5')
})

it('every metric says its kind and its meaning, even before anything has happened', () => {
  const text = createMetrics().toPrometheus()

  for (const [name, { kind }] of Object.entries(METRICS)) {
    expect(text).toMatch(new RegExp(`# HELP ${name} .+\\n# TYPE ${name} ${kind}`))
  }
})
