import { getPerson } from '../../../dev/demo/people.ts'
import { stores } from '../../../dev/demo/stores.ts'
import { startOwnDatabase, startOwnServerDatabase } from '../../proof/node/own-database.ts'
import { enter, type Statement, signToken } from '../../wall/door.ts'
import type { Area, Measure } from './area.ts'
import { REPORT_QUERIES } from './report-queries.ts'
import { geometricMean, quantile, timeInTurns } from './rounds.ts'

const PEOPLE = ['seattle', 'regional', 'head-office'] as const
const MOST = 1.25

/** What the service role has by its own settings; the owner is given the same, or the two would not be comparable. */
const SAME_SETTINGS = `select set_config('jit', 'off', true), set_config('work_mem', '4MB', true),
  set_config('hash_mem_multiplier', '1', true), set_config('max_parallel_workers_per_gather', '0', true),
  set_config('search_path', 'retail, ext', true)`

/** What row security costs: the same reports behind the signed wall, and by the owner with the store filter written by hand. */
export const rls: Area = {
  name: 'rls',
  title: 'Row security: signed context against a filter written by hand',

  async run({ isQuick, serverUrl, say }) {
    say('loading demo data …')
    const size = isQuick ? 'small' : 'full'
    const database = await (serverUrl === undefined
      ? startOwnDatabase({ size })
      : startOwnServerDatabase({ url: serverUrl, size }))
    try {
      await database.superuser.run(['analyze'], { readOnly: false })
      const rows: Measure[] = []
      for (const who of PEOPLE) {
        say(`${who}: ${REPORT_QUERIES.length} reports`)
        const { userId, storeKeys } = getPerson(who)
        const ids = stores.filter(({ key }) => storeKeys.includes(key)).map(({ id }) => `'${id}'`)
        const mine = (alias: string) => ` and ${alias}.store_id in (${ids.join(', ')})`
        const ratios: Compared[] = []
        for (const { name, sql } of REPORT_QUERIES) {
          const asService = async (): Promise<Statement[]> => [
            enter(await signToken({ userId, keyHex: database.key.hex, keyId: database.key.id })),
            sql(() => ''),
          ]
          const [signed, byHand] = await timeInTurns(
            [
              { name: 'signed', run: async () => void (await database.service.run(await asService())) },
              { name: 'by hand', run: async () => void (await database.owner.run([SAME_SETTINGS, sql(mine)])) },
            ],
            { rounds: 5, warmUp: 1 },
          )
          const [ours = Number.NaN, theirs = Number.NaN] = [signed?.p50, byHand?.p50]
          ratios.push({ name, ratio: ours / theirs, byHand: theirs, more: ours - theirs })
        }
        rows.push(...summary(who, ratios))
      }
      return rows
    } finally {
      await database.stop()
    }
  },
}

/** One report both ways, in milliseconds. */
interface Compared {
  readonly name: string
  readonly ratio: number
  readonly byHand: number
  readonly more: number
}

/** Below this many milliseconds a report is all but overhead, and shows what every question pays. */
const QUICK_MS = 10

function summary(who: string, ratios: readonly Compared[]): Measure[] {
  const quick = ratios.filter(({ byHand }) => byHand < QUICK_MS)
  const long = ratios.filter(({ byHand }) => byHand >= QUICK_MS)
  const [worst] = [...ratios].sort((a, b) => b.ratio - a.ratio)
  const above = ratios.filter(({ ratio }) => ratio > MOST).map(({ name, ratio }) => `${name} ${ratio.toFixed(2)}`)
  return [
    {
      measure: `${who}: geometric mean of ${ratios.length} reports`,
      value: geometricMean(ratios.map(({ ratio }) => ratio)),
      unit: 'x',
      target: { atMost: 1.05 },
      against: 'the owner, the same SQL with a store filter',
    },
    {
      measure: `${who}: what each question pays, whatever its size`,
      value: quantile(
        quick.map(({ more }) => more).sort((a, b) => a - b),
        0.5,
      ),
      unit: 'ms',
      against: `median over the ${quick.length} reports below ${QUICK_MS} ms: entering and planning`,
    },
    {
      measure: `${who}: geometric mean of the ${long.length} reports from ${QUICK_MS} ms on`,
      value: geometricMean(long.map(({ ratio }) => ratio)),
      unit: 'x',
      against: 'what row security costs per row',
    },
    {
      measure: `${who}: worst report`,
      value: worst?.ratio ?? Number.NaN,
      unit: 'x',
      target: { atMost: MOST },
      against: above.length === 0 ? (worst?.name ?? '') : `above ${MOST}: ${above.join(', ')}`,
    },
  ]
}
