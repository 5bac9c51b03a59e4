import { getPerson } from '../../../dev/demo/people.ts'
import { stores } from '../../../dev/demo/stores.ts'
import type { OwnDatabase } from '../../proof/node/own-database.ts'
import { enter, type Row, signToken } from '../../wall/door.ts'
import type { Area, Measure, PrepareOptions } from './area.ts'
import { REPORT_QUERIES, type ReportQuery } from './report-queries.ts'
import { geometricMean, quantile, type Rounds, timeInTurns } from './rounds.ts'

const PEOPLE = ['seattle', 'regional', 'head-office'] as const
const MOST = 1.25
/** Noise is a large part of a quick report and a small one of a long report. */
const ROUNDS = { rounds: 60, atLeast: 5, withinMs: 1500 }

/** What the service role has by its own settings; the owner is given the same, or the two would not be comparable. */
const SAME_SETTINGS = `select set_config('jit', 'off', true), set_config('work_mem', '4MB', true),
  set_config('hash_mem_multiplier', '1', true), set_config('max_parallel_workers_per_gather', '0', true),
  set_config('search_path', 'retail, ext', true)`

const getStack = ({ stacks, isQuick, serverUrl }: PrepareOptions) =>
  stacks.get({ size: isQuick ? 'small' : 'full', serverUrl })

/** What row security costs: the same reports behind the signed wall, and by the owner with the store filter written by hand. */
export const rls: Area = {
  name: 'rls',
  title: 'Row security: signed context against a filter written by hand',

  prepare: (options) => getStack(options),

  async run(options) {
    const { isQuick, serverUrl, say } = options
    say(serverUrl === undefined ? 'embedded engine' : 'server Postgres')
    const { database } = await getStack(options)
    const rows: Measure[] = []
    for (const who of PEOPLE) {
      say(`${who}: ${REPORT_QUERIES.length} reports`)
      const reports: Compared[] = []
      for (const { name, sql } of REPORT_QUERIES) {
        reports.push({ name, ...(await compare(database, who, sql, isQuick ? { rounds: 1 } : ROUNDS)) })
      }
      rows.push(...summary(who, reports, await entering(database, who)))
    }
    return rows
  },
}

interface Compared {
  readonly name: string
  /** Milliseconds with the filter written by hand, and how many more behind the wall. */
  readonly byHandMs: number
  readonly moreMs: number
  readonly ratio: number
  /** Rounds that both were timed in. */
  readonly runs: number
  readonly signed: Plan
  readonly byHand: Plan
}

/** The nodes of a plan, outermost first. */
type Plan = readonly string[]

/** A person's way to the database, and the owner's with the same settings. */
function waysOf(database: OwnDatabase, who: string) {
  let token = ''
  return {
    /** Before the clock starts: making tokens is the Worker's part, and counts where the edge is measured. */
    mint: async () => {
      const { id, hex } = database.key
      token = await signToken({ userId: getPerson(who).userId, keyHex: hex, keyId: id })
    },
    asService: (text: string) => database.service.run([enter(token), text]),
    asOwner: (text: string) => database.owner.run([SAME_SETTINGS, text]),
  }
}

/** What the wall costs a question that reads no table. */
async function entering(database: OwnDatabase, who: string): Promise<Measure> {
  const { mint, asService, asOwner } = waysOf(database, who)
  const nothing = 'select 1'
  const [signed, byHand] = await timeInTurns(
    [
      { name: 'signed', prepare: mint, run: async () => void (await asService(nothing)) },
      { name: 'by hand', run: async () => void (await asOwner(nothing)) },
    ],
    { rounds: 100, warmUp: 10 },
  )
  const [ours = Number.NaN, theirs = Number.NaN] = [signed?.p50, byHand?.p50]
  return {
    measure: `${who}: of that, entering`,
    value: ours - theirs,
    unit: 'ms',
    against: `a question that reads no table: ${ours.toFixed(2)} ms against ${theirs.toFixed(2)} ms; the rest is planning`,
  }
}

async function compare(
  database: OwnDatabase,
  who: string,
  sql: ReportQuery['sql'],
  rounds: Partial<Rounds> & Pick<Rounds, 'rounds'>,
) {
  const { storeKeys } = getPerson(who)
  const ids = stores.filter(({ key }) => storeKeys.includes(key)).map(({ id }) => `'${id}'`)
  const withFilter = sql((alias) => ` and ${alias}.store_id in (${ids.join(', ')})`)
  const { mint, asService, asOwner } = waysOf(database, who)

  const text = sql(() => '')
  const [signed, byHand] = await timeInTurns(
    [
      { name: 'signed', prepare: mint, run: async () => void (await asService(text)) },
      { name: 'by hand', run: async () => void (await asOwner(withFilter)) },
    ],
    { ...rounds, warmUp: 1 },
  )
  const [ours = Number.NaN, theirs = Number.NaN] = [signed?.p50, byHand?.p50]
  await mint()
  return {
    byHandMs: theirs,
    moreMs: ours - theirs,
    ratio: ours / theirs,
    runs: signed?.runs ?? 0,
    signed: toPlan(await asService(`explain (costs off) ${text}`)),
    byHand: toPlan(await asOwner(`explain (costs off) ${withFilter}`)),
  }
}

/** What the plans do, without the once-per-statement checks of the policies, which both the planner and we know to be there. */
function toPlan([, lines = []]: readonly (readonly Row[])[]): Plan {
  return lines
    .map((line) => String(line['QUERY PLAN']))
    .filter((line, i) => i === 0 || line.includes('->'))
    .map((line) => line.replace(/^\s*(->\s*)?/, '').replace(/ on (\w+).*/, ' on $1'))
    .filter((node) => node !== 'Result')
}

/** Below this many milliseconds a report is all but overhead, and shows what every question pays. */
const QUICK_MS = 10

function summary(who: string, reports: readonly Compared[], toEnter: Measure): Measure[] {
  const [worst] = [...reports].sort((a, b) => b.ratio - a.ratio)
  const above = reports.filter(({ ratio }) => ratio > MOST).map(({ name, ratio }) => `${name} ${ratio.toFixed(2)}`)
  const quick = reports.filter(({ byHandMs }) => byHandMs < QUICK_MS)
  const long = reports.filter(({ byHandMs }) => byHandMs >= QUICK_MS)
  const runs = reports.map((report) => report.runs)
  const others = reports.filter(({ signed, byHand }) => signed.join() !== byHand.join())
  return [
    {
      measure: `${who}: geometric mean of ${reports.length} reports`,
      value: geometricMean(reports.map(({ ratio }) => ratio)),
      unit: 'x',
      target: { atMost: 1.05 },
      against: `the owner, the same SQL with a store filter; medians of ${Math.min(...runs)} rounds (long reports) to ${Math.max(...runs)}`,
    },
    {
      measure: `${who}: what each question pays, whatever its size`,
      value: quantile(
        quick.map(({ moreMs }) => moreMs).sort((a, b) => a - b),
        0.5,
      ),
      unit: 'ms',
      against: `median over the ${quick.length} reports below ${QUICK_MS} ms: entering and planning`,
    },
    toEnter,
    ...(long.length === 0
      ? []
      : [
          {
            measure: `${who}: geometric mean of the ${long.length} reports from ${QUICK_MS} ms on`,
            value: geometricMean(long.map(({ ratio }) => ratio)),
            unit: 'x',
            against: 'what row security costs per row',
          } as const,
        ]),
    {
      measure: `${who}: worst report`,
      value: worst?.ratio ?? Number.NaN,
      unit: 'x',
      target: { atMost: MOST },
      against: `${worst?.name}: ${worst === undefined ? '' : describePlans(worst)}${above.length === 0 ? '' : `; above ${MOST}: ${above.join(', ')}`}`,
    },
    {
      measure: `${who}: reports with another plan than by hand`,
      value: others.length,
      unit: 'reports',
      against: others.map(({ name, ratio }) => `${name} ${ratio.toFixed(2)}`).join(', '),
    },
  ]
}

function describePlans({ signed, byHand }: Compared): string {
  if (signed.join() === byHand.join()) return `the same plan (${signed.join(' > ')})`
  return `${signed.join(' > ')} instead of ${byHand.join(' > ')}`
}
