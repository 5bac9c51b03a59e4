import { call } from '../calls.ts'
import type { Area, BenchOptions, Measure } from './area.ts'
import { quantile } from './rounds.ts'
import type { BenchStack } from './stack.ts'

const CLIENTS = [1, 8, 64] as const
const PEOPLE = ['seattle', 'bellevue', 'tacoma', 'spokane', 'everett', 'redmond', 'kirkland', 'online'] as const
/** The planner takes a series whose end it cannot know for 1,000 rows, so this passes the cost gate and runs into its time-out. */
const heavy = (n: number) =>
  `select count(*) + ${n} as n from generate_series(1, (select 40000)) a, generate_series(1, (select 40000)) b where (a + b) % 7 = 3`

/** Many at once, and one who asks too much, each on a session of their own. */
export const load: Area = {
  name: 'load',
  title: 'Throughput and fairness: clients on their own sessions',

  async run(options) {
    options.say(options.serverUrl === undefined ? 'embedded engine: one thread serves all' : 'server Postgres')
    const { isQuick, serverUrl } = options
    const stack = await options.stacks.get({ size: isQuick ? 'small' : 'full', serverUrl })
    const measures: Measure[] = []
    for (const clients of CLIENTS) measures.push(...(await throughput(stack, clients, options)))
    // The heavy user's statements take their ten seconds, which a quick run has not.
    if (serverUrl !== undefined && !isQuick) measures.push(...(await fairness(stack, options)))
    return measures
  },
}

async function throughput(stack: BenchStack, clients: number, { isQuick, say }: BenchOptions): Promise<Measure[]> {
  say(`${clients} client${clients === 1 ? '' : 's'}`)
  const seconds = isQuick ? 2 : 10
  const { times, errors } = await askFor(stack, { clients, seconds, prefix: `load-${clients}` })
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantile(times, share))
  const words = `p50 ${p50?.toFixed(0)}, p95 ${p95?.toFixed(0)}, p99 ${p99?.toFixed(0)} ms; ${(times.length / seconds).toFixed(0)} calls/s`
  return [
    {
      measure: `${clients} client${clients === 1 ? '' : 's'}: p99 ÷ p50`,
      value: (p99 ?? Number.NaN) / (p50 ?? Number.NaN),
      unit: 'x',
      ...(clients === 64 ? { target: { atMost: 6 } } : {}),
      against: words,
    },
    {
      measure: `${clients} client${clients === 1 ? '' : 's'}: errors`,
      value: errors,
      unit: 'calls',
      target: { atMost: 0 },
      against: `${times.length} calls`,
    },
  ]
}

/**
 * Eight people ask alone, then beside a ninth who keeps one, then four statements running that end at their time limit. Each of
 * these is a process that wants a core of its own, beside the clients, the Worker and what the eight ask.
 */
async function fairness(stack: BenchStack, { say }: BenchOptions): Promise<Measure[]> {
  const seconds = 9
  const p95 = async (prefix: string) => {
    const { times, errors } = await askFor(stack, { clients: 8, seconds, prefix })
    return { value: quantile(times, 0.95) ?? Number.NaN, errors }
  }
  say('eight people')
  const alone = await p95('alone')
  const hog = await stack.worker.connectAs('head-office', { clientId: 'hog' })
  const beside = async (statements: number): Promise<Measure> => {
    say(`eight people beside ${statements} heavy statements`)
    const running = Array.from({ length: statements }, (_, n) =>
      hog.client.callTool({
        name: 'execute_sales_query',
        arguments: { postgresql_query: heavy(statements * 10 + n), fresh: true },
      }),
    )
    await new Promise((resolve) => setTimeout(resolve, 500))
    const { value, errors } = await p95(`beside-${statements}`)
    await Promise.allSettled(running)
    return {
      measure: `p95 of eight others beside a heavy user with ${statements} of 4 statements ÷ without`,
      value: value / alone.value,
      unit: 'x',
      target: { atMost: 2 },
      against: `${value.toFixed(0)} ms against ${alone.value.toFixed(0)} ms; ${errors} errors; all on ${navigator.hardwareConcurrency} cores`,
    }
  }
  return [await beside(1), await beside(4)]
}

/** Clients that ask one question after the other for a while; sorted times in milliseconds, and how many calls failed. */
async function askFor(
  stack: BenchStack,
  { clients, seconds, prefix }: { clients: number; seconds: number; prefix: string },
): Promise<{ times: number[]; errors: number }> {
  const connected = await Promise.all(
    Array.from({ length: clients }, async (_, i) => {
      const { client } = await stack.worker.connectAs(PEOPLE[i % PEOPLE.length] ?? 'seattle', {
        clientId: `${prefix}-${i}`,
      })
      await call(client, 'whoami', {})
      return client
    }),
  )
  const times: number[] = []
  let errors = 0
  const until = performance.now() + seconds * 1000
  await Promise.all(
    connected.map(async (client, i) => {
      for (let n = 0; performance.now() < until; n += 1) {
        const started = performance.now()
        // Another question each time, or the session's own memory would answer.
        const postgresql_query = `select status, count(*) as orders, ${i * 100_000 + n} as n from retail.orders
          where order_date >= timestamptz '2026-03-01' group by 1 order by 1`
        await call(client, 'execute_sales_query', { postgresql_query }).catch(() => {
          errors += 1
        })
        times.push(performance.now() - started)
      }
    }),
  )
  return { times: times.sort((a, b) => a - b), errors }
}
