import { afterEach, describe, expect, it, vi } from 'vitest'
import { createApp } from '../../src/app.ts'
import { authenticate } from '../../src/auth/authenticate.ts'
import { listenToConsole } from '../support/console.ts'
import { bindings, tokenFor } from '../support/edge.ts'
import { orderFault, requestsServed } from '../support/faults.ts'
import { readSamples } from '../support/samples.ts'

const app = createApp({ authenticate })
afterEach(async () => {
  vi.restoreAllMocks()
  await orderFault({ mode: 'none', count: 0 })
})

/** Answers are kept per configuration, so that each test brings one of its own. */
const ask = (path: string, env: object) => app.request(`http://localhost:8787${path}`, {}, env as never)
const TAG = 'readiness-test'
/** Faults strike requests with this in their connection string, and nobody else's. */
const own = (changes: object = {}) => ({
  ...bindings,
  DATABASE_URL: `${bindings.TEST_ENGINES[0]?.serviceUrl}?tag=${TAG}`,
  ...changes,
})

it('sixty-four who ask at once cost the database one request', async () => {
  const env = own()
  const before = await requestsServed()

  const answers = await Promise.all(Array.from({ length: 64 }, () => ask('/readyz', env)))

  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  expect((await requestsServed()) - before).toBe(1)
})

it('an answer is five seconds old at most', async () => {
  const env = own()
  const now = Date.now()
  const clock = vi.spyOn(Date, 'now').mockReturnValue(now)
  await ask('/readyz', env)
  const before = await requestsServed()

  clock.mockReturnValue(now + 4_999)
  await ask('/readyz', env)
  const early = await requestsServed()
  clock.mockReturnValue(now + 5_000)
  await ask('/readyz', env)

  expect([early - before, (await requestsServed()) - early]).toEqual([0, 1])
})

it('an embedding service that is down leaves the service ready, and says so', async () => {
  const response = await ask('/readyz', own({ EMBEDDINGS_BASE_URL: 'http://127.0.0.1:9/v1' }))

  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({
    database: 'healthy',
    ai_service: expect.stringMatching(/^unhealthy: /),
  })
  expect(await readSamples()).toMatchObject({
    'dependency_healthy{dependency="database"}': 1,
    'dependency_healthy{dependency="ai_service"}': 0,
  })
})

it.each([
  ['does not answer', { mode: 'status', status: 503, count: 3 }, 'unreachable'],
  ['hangs up', { mode: 'refuse', count: 3 }, 'unreachable'],
  ['breaks off', { mode: 'none', dropAfterBytes: 10, count: 1 }, 'refused'],
] as const)(
  'a database that %s is told by its class, with 503, and a metric; a moment later all is well',
  async (_what, fault, reason) => {
    await orderFault({ ...fault, only: TAG })

    const response = await ask('/readyz', own())
    const told = await response.json()
    const samples = await readSamples()
    const later = await ask('/readyz', own())

    expect(response.status).toBe(503)
    expect(told).toMatchObject({ database: expect.stringMatching(new RegExp(`^unhealthy: (${reason}|unreachable)$`)) })
    expect(samples['dependency_healthy{dependency="database"}']).toBe(0)
    expect(later.status).toBe(200)
  },
)

describe('a login that may do too much', () => {
  const asWho = async (authorization: Record<string, string>) => {
    const env = own({ DATABASE_URL: bindings.TEST_ENGINES[0]?.ownerUrl })
    const response = await app.request('http://localhost:8787/readyz', { headers: authorization }, env as never)
    return { status: response.status, told: (await response.json()) as Record<string, unknown> }
  }
  const bearer = async (scope: string) => ({ authorization: `Bearer ${await tokenFor('head-office', { scope })}` })

  it('is not ready; everybody learns that it is unsafe, and why stands in the log', async () => {
    const lines = listenToConsole()

    for (const headers of [{}, await bearer('retail:read retail:sql'), { authorization: 'Bearer x' }]) {
      const { status, told } = await asWho(headers)
      expect(status).toBe(503)
      expect(told).toMatchObject({ database: 'unhealthy: unsafe', posture: 'unsafe' })
      expect(told).not.toHaveProperty('findings')
    }
    expect(lines.map(({ text }) => text).join('\n')).toContain('zava_owner')
  })

  it('tells operators what is wrong', async () => {
    const { status, told } = await asWho(await bearer('retail:read ops:read'))

    expect(status).toBe(503)
    expect(JSON.stringify(told.findings)).toContain('zava_owner')
  })
})

it('being alive touches nothing', async () => {
  const before = await requestsServed()

  const response = await ask('/healthz', own({ DATABASE_ENDPOINT: 'http://127.0.0.1:9/sql' }))

  expect(response.status).toBe(200)
  expect(await requestsServed()).toBe(before)
})
