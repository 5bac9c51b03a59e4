import { describe, expect, it } from 'vitest'
import { wrapSql } from '../../src/sql-guard/wrap.ts'
import { attacks } from '../sql-guard/corpus.ts'
import { digest } from './digest.ts'
import { alarmFor } from './marks.ts'
import { places, storeIdsOf } from './place.ts'

/** The whole corpus with the guard off: every attack reaches the database, as it stands and inside the wrapper. */

/** Named residuals: no rows and no writes, but an outage that only the guard, or a compute of one's own, keeps away. */
const NOT_RUN = new Map([
  ['WR14', 'ten million advisory locks fill the lock table that all tests share'],
  ['WR20', 'the role may end its own sessions, and those of the other tests are its own'],
  ['WR21', 'the same by cancelling'],
  ['DO25', 'libxml does not look for the time-out: half a minute'],
])

/** The embedded engine runs in one thread, which a sleep keeps from seeing its time-out. */
const NOT_RUN_EMBEDDED = new Set(['DO01', 'DO03'])

/** What tells how much there is, never what: catalogue metadata, a named residual. */
const TELLS_VOLUMES = new Set(['IN18', 'IN20', 'IN21', 'IN23', 'UQ18'])

const LIMITS = { maxRows: 1000, maxBytes: 262_144 }
const PAUSE = `select set_config('statement_timeout', '2s', true)`

describe.for(places)('on the $name engine', (place) => {
  it.for(['redmond', 'regional', 'head-office'])(
    '%s, with the guard off: no attack brings a value of another store or writes',
    { timeout: 600_000 },
    async (who) => {
      const all = await alarmFor(place, who)
      const withoutVolumes = await alarmFor(place, who, { volumes: false })
      const before = await digest(place)
      const leaks: { id: string; values: string[] }[] = []

      for (const { id, sql } of attacks) {
        if (NOT_RUN.has(id) || (place.name === 'embedded' && NOT_RUN_EMBEDDED.has(id))) continue
        const text = aimed(sql, who)
        const alarm = TELLS_VOLUMES.has(id) ? withoutVolumes : all
        for (const statement of [wrapSql({ text }, LIMITS), text]) {
          // Bare text of a heavy query would only repeat the wait.
          if (statement === text && id.startsWith('DO')) continue
          const got = await place.attackAs(who, PAUSE, statement)
          const values = alarm.foreignValuesIn(withoutWrapper(got.text), text)
          if (values.length > 0) leaks.push({ id, values: values.slice(0, 3) })
        }
      }

      expect(leaks).toEqual([])
      expect(await digest(place)).toEqual(before)
    },
  )
})

/** The wrapper numbers rows and adds up their bytes: among a thousand sums one may well be how many customers there are. */
function withoutWrapper(answer: string): string {
  return answer.replaceAll(/"the_row_(?:number|bytes)_*":"\d+",?/g, '')
}

/** Names of the lab that only matter once the guard is off. */
function aimed(sql: string, who: string): string {
  const victim = storeIdsOf('head-office').find((id) => !storeIdsOf(who).includes(id)) ?? ''
  return sql
    .replaceAll('00000000-0000-4000-8000-000000000003', victim)
    .replaceAll('app.ctx', 'zava.context')
    .replaceAll('app.current_rls_user_id', 'zava.context')
    .replace(/\bsec\./g, 'tenancy.')
}
