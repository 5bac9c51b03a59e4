import { getPerson } from '../../../dev/demo/people.ts'
import { stores } from '../../../dev/demo/stores.ts'
import { startOwnDatabase } from '../../proof/node/own-database.ts'
import { enter, type Statement, signToken } from '../../wall/door.ts'
import type { Area, Measure } from './area.ts'
import { REPORT_QUERIES } from './report-queries.ts'
import { geometricMean, timeInTurns } from './rounds.ts'

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

  async run({ isQuick, say }) {
    say('loading demo data …')
    const database = await startOwnDatabase({ size: isQuick ? 'small' : 'full' })
    try {
      await database.superuser.run(['analyze'], { readOnly: false })
      const rows: Measure[] = []
      for (const who of PEOPLE) {
        say(`${who}: ${REPORT_QUERIES.length} reports`)
        const { userId, storeKeys } = getPerson(who)
        const ids = stores.filter(({ key }) => storeKeys.includes(key)).map(({ id }) => `'${id}'`)
        const mine = (alias: string) => ` and ${alias}.store_id in (${ids.join(', ')})`
        const ratios: { name: string; ratio: number }[] = []
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
          ratios.push({ name, ratio: (signed?.p50 ?? Number.NaN) / (byHand?.p50 ?? Number.NaN) })
        }
        rows.push(...summary(who, ratios))
      }
      return rows
    } finally {
      await database.stop()
    }
  },
}

function summary(who: string, ratios: readonly { name: string; ratio: number }[]): Measure[] {
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
      measure: `${who}: worst report`,
      value: worst?.ratio ?? Number.NaN,
      unit: 'x',
      target: { atMost: MOST },
      against: above.length === 0 ? (worst?.name ?? '') : `above ${MOST}: ${above.join(', ')}`,
    },
  ]
}
