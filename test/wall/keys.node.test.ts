import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { openScratch, type Scratch, settle, world } from '../sql/node/scratch.ts'
import { enter, loot, signToken } from './door.ts'

/** The Worker's signing keys: more than one may hold at a time, so that one can follow another without a gap. */
const KEYS = { w1: '11'.repeat(32), w2: '22'.repeat(40), w3: '33'.repeat(100) } as const
const STORES = 'select store_id from retail.stores'
let scratch: Scratch

beforeAll(async () => {
  scratch = await openScratch('embedded')
  await settle(scratch)
})
afterAll(() => scratch?.close())
beforeEach(() => change(`delete from tenancy.signing_keys where purpose = 'worker'`, addKey('w1', KEYS.w1)))

it('an old and a new key hold side by side, whatever their length', async () => {
  await change(addKey('w2', KEYS.w2), addKey('w3', KEYS.w3))

  for (const [keyId, keyHex] of Object.entries(KEYS)) {
    expect(await enterWith(keyId, keyHex)).toMatchObject({ sqlState: undefined, rows: [{ store_id: world.seattle }] })
  }
})

it('a key that has ended opens nothing from that moment on', async () => {
  expect((await enterWith('w1', KEYS.w1)).rows.length).toBe(1)

  await change(`update tenancy.signing_keys set not_after = now() where key_id = 'w1'`)

  expect(await enterWith('w1', KEYS.w1)).toMatchObject({ sqlState: 'ZV001', rows: [] })
})

it('a lost key is replaced under its id; the lost one opens nothing', async () => {
  await change(addKey('w1', KEYS.w2))

  expect(await enterWith('w1', KEYS.w1)).toMatchObject({ sqlState: 'ZV001' })
  expect((await enterWith('w1', KEYS.w2)).rows.length).toBe(1)
})

it('one key under the id of another opens nothing', async () => {
  await change(addKey('w2', KEYS.w2))

  expect(await enterWith('w2', KEYS.w1)).toMatchObject({ sqlState: 'ZV001' })
})

it('a key made for contexts signs no token', async () => {
  await change(`select tenancy.add_key('w2', 'context', decode('${KEYS.w2}', 'hex'))`)

  expect(await enterWith('w2', KEYS.w2)).toMatchObject({ sqlState: 'ZV001' })
  await change(`delete from tenancy.signing_keys where key_id = 'w2'`)
})

it('without the database’s own key nobody gets in: there is no context to be had', async () => {
  const [[kept] = []] = await scratch.owner.run([
    `select inner_block, outer_block from tenancy.signing_keys where key_id = 'context'`,
  ])
  await change(`delete from tenancy.signing_keys where key_id = 'context'`)

  expect(await enterWith('w1', KEYS.w1)).toMatchObject({ sqlState: 'ZV004', rows: [] })

  await change(
    `insert into tenancy.signing_keys (key_id, purpose, inner_block, outer_block)
     values ('context', 'context', '${kept?.inner_block}', '${kept?.outer_block}')`,
  )
})

async function enterWith(keyId: string, keyHex: string) {
  return loot(scratch.service, [enter(await signToken({ userId: world.seattleManager, keyId, keyHex })), STORES])
}

function addKey(id: string, hex: string): string {
  return `select tenancy.add_key('${id}', 'worker', decode('${hex}', 'hex'))`
}

async function change(...statements: string[]): Promise<void> {
  await scratch.owner.run(statements, { readOnly: false })
}
