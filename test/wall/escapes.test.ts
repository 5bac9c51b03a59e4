import { beforeAll, describe, expect, it } from 'vitest'
import { escapeNames, escapesTo, TELLS_VOLUMES } from './escapes.ts'
import { type Alarm, alarmFor } from './marks.ts'
import { managers, type Place, places, storeIdsOf, userIdOf } from './place.ts'

/** Each goes for the other's rows; both have rows that the attack would find first. */
const PAIRS = [
  { attacker: 'redmond', victim: 'seattle' },
  { attacker: 'seattle', victim: 'redmond' },
] as const

const PROBE = 'select email from retail.customers'

describe.for(places)('on the $name engine', (place) => {
  let alarms: Map<string, Alarm>
  let customers: Map<string, number>

  beforeAll(async () => {
    alarms = new Map()
    customers = new Map()
    for (const { attacker } of PAIRS) {
      alarms.set(attacker, await alarmFor(place, attacker))
      alarms.set(`${attacker} without volumes`, await alarmFor(place, attacker, { volumes: false }))
      customers.set(attacker, await countCustomers(place, attacker))
    }
  })

  it.for(escapeNames)('%s: own rows or an error, now and in the next statement', async (name) => {
    for (const { attacker, victim } of PAIRS) {
      const statements = escapesTo(victimOf(victim)).find((one) => one.name === name)?.statements ?? []
      const alarm = alarms.get(TELLS_VOLUMES.has(name) ? `${attacker} without volumes` : attacker)

      const got = await place.attackAs(attacker, ...statements, PROBE)
      // The probe may be what failed; then the escape is tried without it.
      const alone = got.sqlState === undefined ? got : await place.attackAs(attacker, ...statements)

      expect(alarm?.foreignValuesIn(got.text, statements.join())).toEqual([])
      expect(alarm?.foreignValuesIn(alone.text, statements.join())).toEqual([])
      if (got.sqlState === undefined) expect(got.rows.length).toBe(customers.get(attacker))
    }
  })

  it('the alarm does ring: the owner’s view of the same tables is full of foreign values', async () => {
    const [emails, orders, total] = await place.owner.run([
      PROBE,
      'select * from retail.orders limit 100 offset 1000',
      'select sum(total_amount), count(*) from retail.orders',
    ])

    for (const loot of [emails, orders, total]) {
      expect(alarms.get('redmond')?.foreignValuesIn(JSON.stringify(loot)).length).toBeGreaterThan(0)
    }
  })

  it('nothing of all this stays behind: every manager still sees exactly the own customers', async () => {
    for (const who of managers) {
      const [rows] = await place.as(who, PROBE, `select current_setting('row_security') as row_security`)
      expect(rows?.length).toBe(await countCustomers(place, who))
    }
  })
})

function victimOf(who: string) {
  return { userId: userIdOf(who), storeId: storeIdsOf(who)[0] ?? '' }
}

async function countCustomers({ owner }: Place, who: string): Promise<number> {
  const [rows] = await owner.run([
    {
      text: 'select customer_id from retail.customers where store_id = any ($1::uuid[])',
      values: [`{${storeIdsOf(who)}}`],
    },
  ])
  return rows?.length ?? 0
}
