import { describe, expect, it } from 'vitest'
import { loot, type Statement } from './door.ts'
import { enterAs, type Place, places, storeIdsOf, userIdOf } from './place.ts'

/** The context that `api.enter` leaves behind: taken away, edited, carried elsewhere, or made with the database's own key. */
const ORDERS = 'select order_id from retail.orders'
const HERE = `pg_backend_pid() || '.' || (extract(epoch from transaction_timestamp()) * 1000000)::bigint`
const OWN = `current_setting('zava.context')`
const seattle = userIdOf('seattle')
const headOffice = userIdOf('head-office')
const [SEATTLE_STORE = ''] = storeIdsOf('seattle')

const FORGED: readonly [what: string, expression: string][] = [
  ['a user id alone', `'${seattle}'`],
  ['an empty context', `''`],
  ['dots', `'.....'`],
  [
    'the right place and time under an invented mac',
    `'c2.${headOffice}.head_office.' || ${HERE} || '.{}.' || repeat('0', 64)`,
  ],
  ['no mac', `'c2.${headOffice}.head_office.' || ${HERE} || '.{}.'`],
  ['its own with another user', `regexp_replace(${OWN}, '[0-9a-f-]{36}', '${seattle}')`],
  ['its own with another role', `replace(${OWN}, 'store_manager', 'head_office')`],
  ['its own with another backend', `regexp_replace(${OWN}, '\\.(\\d+)\\.(\\d+)\\.', '.1\\1.\\2.')`],
  ['its own with another version', `replace(${OWN}, 'c2.', 'c1.')`],
  ['its own with a part more', `${OWN} || '.x'`],
  ['its own with a mac in upper case', `upper(${OWN})`],
  ['its own with a store appended', `replace(${OWN}, '}.', ',${SEATTLE_STORE}}.')`],
  ['its own with another store', `regexp_replace(${OWN}, '\\{.*\\}', '{${SEATTLE_STORE}}')`],
  ['its own without stores', `regexp_replace(${OWN}, '\\{.*\\}', '{}')`],
]

describe.for(places)('on the $name engine', (place) => {
  it.for(FORGED)('%s is no context', async ([, expression]) => {
    const set = `select set_config('zava.context', ${expression}, true)`

    expect(await place.attackAs('redmond', set, ORDERS)).toMatchObject({ sqlState: 'ZV004', rows: [] })
  })

  it('a context cannot be brought along instead of a token, and stops a good token from entering', async () => {
    const forged = `select set_config('zava.context', 'c2.${headOffice}.head_office.' || ${HERE} || '.{}.' || repeat('0', 64), true)`

    expect(await loot(place.service, [forged, ORDERS])).toMatchObject({ sqlState: 'ZV004', rows: [] })
    expect(await loot(place.service, [forged, await enterAs('redmond')])).toMatchObject({ sqlState: 'ZV005' })
  })

  it('settings with the names of other products change nothing', async () => {
    const set = `select set_config('app.current_rls_user_id', '${seattle}', true), set_config('app.ctx', '${seattle}', true)`

    const [own, , after] = await place.as('redmond', ORDERS, set, ORDERS)

    expect(after).toEqual(own)
  })

  it('a stolen context is worthless in a later transaction', async () => {
    const stolen = await contextOf(place, 'seattle')

    const got = await loot(place.service, [put(stolen), ORDERS])
    const afterEntering = await place.attackAs('redmond', put(stolen), ORDERS)

    expect(got).toMatchObject({ sqlState: 'ZV004', rows: [] })
    expect(afterEntering).toMatchObject({ sqlState: 'ZV004', rows: [] })
  })

  it('a context ends with its transaction, even when its owner asks for more', async () => {
    const keep = `select set_config('zava.context', ${OWN}, false)`

    await place.as('redmond', keep)

    for (let i = 0; i < 12; i += 1) {
      const [[row] = []] = await place.service.run([`select current_setting('zava.context', true) as context`])
      expect(row?.context ?? '').toBe('')
      expect(await loot(place.service, [ORDERS])).toMatchObject({ sqlState: 'ZV004' })
    }
  })

  it('not even the database’s own key makes a context that holds elsewhere', async () => {
    const sealed = await sealWithTheDatabasesKey(place)
    const pid = 'pg_backend_pid()'
    const time = '(extract(epoch from transaction_timestamp()) * 1000000)::bigint'

    const inPlace = await loot(place.service, [sealed(`${pid} || '.' || ${time}`), ORDERS])
    const inAnotherBackend = await loot(place.service, [sealed(`${pid} + 1 || '.' || ${time}`), ORDERS])
    const inAnotherTransaction = await loot(place.service, [sealed(`${pid} || '.' || ${time} - 1`), ORDERS])
    const nowhere = await loot(place.service, [sealed(`'0.0'`), ORDERS])

    // The forger is good: what is refused below is refused for its place alone.
    expect(inPlace.rows.length).toBeGreaterThan(2000)
    for (const got of [inAnotherBackend, inAnotherTransaction, nowhere]) {
      expect(got).toMatchObject({ sqlState: 'ZV004', rows: [] })
    }
  })

  it('one user’s context does not reach a transaction that runs at the same time', async () => {
    const seen = await Promise.all(
      Array.from({ length: 6 }, async (_, i) => {
        const [[row] = []] = await place.as(
          i % 2 === 0 ? 'seattle' : 'redmond',
          `select ${OWN} as context, pg_sleep(0.05)`,
        )
        return String(row?.context)
      }),
    )

    expect(new Set(seen).size).toBe(6)
    const answers = await Promise.all(seen.map((context) => loot(place.service, [put(context), ORDERS])))
    expect(answers.map(({ sqlState }) => sqlState)).toEqual(Array(6).fill('ZV004'))
  })
})

async function contextOf(place: Place, who: string): Promise<string> {
  const [[row] = []] = await place.as(who, `select ${OWN} as context`)
  return String(row?.context)
}

function put(context: string): Statement {
  return { text: `select set_config('zava.context', $1, true)`, values: [context] }
}

/** Reads the context key as the owner may, and returns a statement that seals a head-office context with it. */
async function sealWithTheDatabasesKey(place: Place): Promise<(placeAndTime: string) => Statement> {
  const [[key] = []] = await place.owner.run([
    `select inner_block, outer_block from tenancy.signing_keys where key_id = 'context'`,
  ])
  return (placeAndTime) => ({
    text: `select set_config('zava.context', m || '.' || encode(sha256($1::bytea || sha256($2::bytea || convert_to(m, 'UTF8'))), 'hex'), true)
             from (select 'c2.${headOffice}.head_office.' || ${placeAndTime} || '.{}') as message (m)`,
    values: [key?.outer_block ?? null, key?.inner_block ?? null],
  })
}
