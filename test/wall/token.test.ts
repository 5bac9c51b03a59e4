import { describe, expect, it } from 'vitest'
import { randomHex } from '../../src/hmac.ts'
import { enter, loot, signToken } from './door.ts'
import { CANARY, enterAs, places, userIdOf, WORKER_KEY } from './place.ts'

/** A token that would be good if nothing in it were changed. */
const redmond = { userId: userIdOf('redmond'), keyHex: WORKER_KEY.hex, keyId: WORKER_KEY.id }
const ORDERS = 'select order_id from retail.orders'

const REFUSED: readonly [why: string, token: () => Promise<string | null>, sqlState: string][] = [
  ['no token', async () => null, 'ZV001'],
  ['an empty token', async () => '', 'ZV001'],
  ['a token of six empty parts', async () => '.....', 'ZV001'],
  ['another version', () => signToken({ ...redmond, version: 't2' }), 'ZV001'],
  ['an unknown key id', () => signToken({ ...redmond, keyId: 'w2' }), 'ZV001'],
  ['the id of the database’s own key', () => signToken({ ...redmond, keyId: 'context' }), 'ZV001'],
  ['an empty key id', () => signToken({ ...redmond, keyId: '' }), 'ZV001'],
  ['a mac of another key', () => signToken({ ...redmond, keyHex: randomHex(32) }), 'ZV001'],
  ['a mac of an empty key', () => signToken({ ...redmond, keyHex: '00' }), 'ZV001'],
  ['a mac over a message of another kind', () => signToken({ ...redmond, prefix: 'session:' }), 'ZV001'],
  ['a mac over the bare body', () => signToken({ ...redmond, prefix: '' }), 'ZV001'],
  ['one wrong digit in the mac', () => edited(5, (mac) => mac.replace(/.$/, (c) => (c === '0' ? '1' : '0'))), 'ZV001'],
  ['a mac in upper case', () => edited(5, () => 'A'.repeat(64)), 'ZV001'],
  ['half a mac', () => edited(5, (mac) => mac.slice(0, 32)), 'ZV001'],
  ['a mac followed by more', () => edited(5, (mac) => `${mac}00`), 'ZV001'],
  ['no mac', () => edited(5, () => ''), 'ZV001'],
  ['the id of another user under this user’s mac', () => edited(2, () => userIdOf('seattle')), 'ZV001'],
  ['the id of head office under this user’s mac', () => edited(2, () => userIdOf('head-office')), 'ZV001'],
  ['a later expiry under the same mac', () => edited(3, (expiry) => String(Number(expiry) + 30)), 'ZV001'],
  ['another nonce under the same mac', () => edited(4, () => randomHex(16)), 'ZV001'],
  ['a seventh part', async () => `${await signToken(redmond)}.0`, 'ZV001'],
  ['a line break at the end', async () => `${await signToken(redmond)}\n`, 'ZV001'],
  ['a user id in upper case', () => signToken({ ...redmond, userId: redmond.userId.toUpperCase() }), 'ZV001'],
  ['a user id that is none', () => signToken({ ...redmond, userId: 'redmond' }), 'ZV001'],
  ['a nonce that is too short', () => signToken({ ...redmond, nonce: 'abc' }), 'ZV001'],
  ['a nonce that is too long', () => signToken({ ...redmond, nonce: 'n'.repeat(65) }), 'ZV001'],
  ['a token of a megabyte', async () => 't1.w1.'.padEnd(1_000_000, 'x'), 'ZV001'],
  ['SQL in the user id', () => signToken({ ...redmond, userId: `${redmond.userId}' or '1'='1` }), 'ZV001'],
  ['SQL in the key id', () => signToken({ ...redmond, keyId: `w1' or purpose = 'context` }), 'ZV001'],
  ['a pattern in the key id', () => signToken({ ...redmond, keyId: '%' }), 'ZV001'],
  ['SQL in the place of a token', async () => `'); drop table retail.orders; --`, 'ZV001'],
  ['a token that ended a moment ago', () => signToken({ ...redmond, secondsAhead: -2 }), 'ZV002'],
  ['a token that ends too far ahead', () => signToken({ ...redmond, secondsAhead: 125 }), 'ZV002'],
  [
    'a token for ever',
    () => signToken({ ...redmond, secondsAhead: 9_999_999_999 - Math.floor(Date.now() / 1000) }),
    'ZV002',
  ],
  [
    'a signed token of nobody',
    () => signToken({ ...redmond, userId: '00000000-0000-4000-8000-00000000dead' }),
    'ZV003',
  ],
]

describe.for(places)('on the $name engine', (place) => {
  it.for(REFUSED)('%s opens nothing', async ([, token, sqlState]) => {
    const got = await loot(place.service, [enter(await token()), ORDERS])

    expect(got).toMatchObject({ sqlState, rows: [] })
  })

  it('a good token opens it, also at the longest lifetime and the full length', async () => {
    for (const parts of [{}, { secondsAhead: 118 }, { nonce: 'n'.repeat(64) }]) {
      const got = await loot(place.service, [enter(await signToken({ ...redmond, ...parts })), ORDERS])
      expect(got.rows.length).toBeGreaterThan(0)
    }
  })

  it('a token cannot be used without its statement: no context, no rows', async () => {
    expect(await loot(place.service, [ORDERS])).toMatchObject({ sqlState: 'ZV004', rows: [] })
  })

  it('the canary enters and sees no row', async () => {
    const results = await place.as(CANARY, ORDERS, 'select * from retail.stores', 'select * from retail.customers')

    expect(results).toEqual([[], [], []])
  })

  it('a second token in the same transaction is refused, also a good one', async () => {
    const got = await loot(place.service, [await enterAs('redmond'), await enterAs('head-office'), ORDERS])

    expect(got).toMatchObject({ sqlState: 'ZV005', rows: [] })
  })

  it('a good token in a read-write transaction is refused', async () => {
    const got = await loot(place.service, [await enterAs('redmond'), ORDERS], { readOnly: false })
    // The role's own default keeps such a transaction read-only, so it must be asked for.
    const asked = await loot(place.service, ['set transaction read write', await enterAs('redmond'), ORDERS], {
      readOnly: false,
    })

    expect(got.sqlState).toBeUndefined()
    expect(asked).toMatchObject({ sqlState: 'ZV005', rows: [] })
  })

  it('a transaction that has entered cannot be made read-write', async () => {
    expect(await place.attackAs('redmond', 'set transaction read write')).toMatchObject({ sqlState: '25001' })
  })
})

async function edited(part: number, edit: (text: string) => string): Promise<string> {
  const parts = (await signToken(redmond)).split('.')
  return parts.map((text, i) => (i === part ? edit(text) : text)).join('.')
}
