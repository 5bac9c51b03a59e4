import { call } from '../calls.ts'
import type { Area, BenchOptions, Measure } from './area.ts'
import { quantile } from './rounds.ts'
import type { BenchStack } from './stack.ts'

const CLIENTS = [1, 8, 64] as const
const PEOPLE = ['seattle', 'bellevue', 'tacoma', 'spokane', 'everett', 'redmond', 'kirkland', 'online'] as const
/** Rounds of fairness: one is at the mercy of whatever else the machine does. */
const ROUNDS = 3
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
    // Three rounds beside heavy statements take longer than a quick run has.
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
 * Eight people ask alone, then beside a ninth who asks for one, then four statements at once that end at their time limit: these
 * take turns, each after a moment beside the first. Each is a process that wants a core of its own, beside the clients, the
 * Worker and what the eight ask. Rounds alternate, because whatever else the machine does falls on a single one.
 */
async function fairness(stack: BenchStack, { say }: BenchOptions): Promise<Measure[]> {
  const hog = await stack.worker.connectAs('head-office', { clientId: 'hog' })
  const p95 = async (prefix: string, seconds: number) => {
    const { times, errors } = await askFor(stack, { clients: 8, seconds, prefix })
    return { value: quantile(times, 0.95) ?? Number.NaN, errors }
  }
  const round = async (n: number, statements: number) => {
    const alone = await p95(`alone-${n}-${statements}`, 3)
    const running = Array.from({ length: statements }, (_, i) =>
      hog.client.callTool({
        name: 'execute_sales_query',
        arguments: { postgresql_query: heavy(n * 100 + statements * 10 + i), fresh: true },
      }),
    )
    const beside = await p95(`beside-${n}-${statements}`, 6)
    await endAll(stack, running)
    return { alone, beside, ratio: beside.value / alone.value }
  }
  const found = new Map<number, Awaited<ReturnType<typeof round>>[]>([
    [1, []],
    [4, []],
  ])
  for (let n = 0; n < ROUNDS; n += 1) {
    for (const [statements, rounds] of found) {
      say(`eight people beside ${statements} heavy statement${statements === 1 ? '' : 's'}`)
      rounds.push(await round(n, statements))
    }
  }
  return [...found].map(([statements, rounds]) => {
    const sorted = [...rounds].sort((a, b) => a.ratio - b.ratio)
    const middle = sorted[Math.floor(ROUNDS / 2)]
    const errors = rounds.reduce((sum, { alone, beside }) => sum + alone.errors + beside.errors, 0)
    return {
      measure: `p95 of eight others beside a heavy user who asks for ${statements} at once ÷ without`,
      value: middle?.ratio ?? Number.NaN,
      unit: 'x',
      target: { atMost: 2 },
      against: `${middle?.beside.value.toFixed(0)} ms against ${middle?.alone.value.toFixed(0)} ms; rounds: ${sorted.map(({ ratio }) => ratio.toFixed(2)).join(', ')}; ${errors} errors; all on ${navigator.hardwareConcurrency} cores`,
    }
  })
}

/** Ends the heavy statements, those too whose turn comes now: forty seconds of them would be a long wait. */
async function endAll({ database }: BenchStack, running: readonly Promise<unknown>[]): Promise<void> {
  let isOver = false
  const ended = Promise.allSettled(running).then(() => {
    isOver = true
  })
  while (!isOver) {
    await database.superuser.run([
      `select pg_cancel_backend(pid) from pg_stat_activity
        where datname = current_database() and usename = 'zava_mcp' and state = 'active' and query like '%(a + b) \\% 7 = 3%'`,
    ])
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 200))])
  }
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
