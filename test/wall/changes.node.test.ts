import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines, openScratch, openStore, type Scratch, settle, world } from '../sql/node/scratch.ts'

/** Who may see what is read inside every transaction: a change holds from the next one on. */
const { seattle, redmond, seattleManager, redmondManager, regional, headOffice } = world
const bothStores = [seattle, redmond]

describe.for(engines)('on the %s engine', (engine) => {
  let scratch: Scratch

  beforeAll(async () => {
    scratch = await openScratch(engine)
    await settle(scratch)
  })
  afterAll(() => scratch?.close())

  // Every test starts from the same people and stores.
  beforeEach(() =>
    change(
      `delete from retail.stores where store_id not in ('${seattle}', '${redmond}')`,
      `delete from app.user_stores`,
      `insert into app.user_stores (user_id, store_id) values ('${seattleManager}', '${seattle}'), ('${redmondManager}', '${redmond}')`,
      `update app.users set role = 'store_manager', disabled_at = null where user_id in ('${seattleManager}', '${redmondManager}')`,
    ),
  )

  it('head office sees a store that opened a moment ago, managers do not', async () => {
    const third = '10000000-0000-4000-8000-000000000003'
    expect(await storesOf(headOffice)).toEqual(bothStores)

    await change(openStore(third, 'Third', redmondManager))

    expect(await storesOf(headOffice)).toEqual([...bothStores, third])
    expect(await storesOf(seattleManager)).toEqual([seattle])
    // Being named as a store's manager is no membership.
    expect(await storesOf(redmondManager)).toEqual([redmond])
  })

  it('a revoked membership takes the rows of every table away, and nothing of others', async () => {
    await change(`delete from app.user_stores where user_id = '${seattleManager}'`)

    expect(await rowsOf(seattleManager)).toEqual([0, 0, 0, 0, 0])
    expect(await rowsOf(redmondManager)).toEqual([1, 1, 1, 1, 1])
  })

  it('a granted membership adds that store alone', async () => {
    expect(await storesOf(regional)).toEqual([])

    await change(`insert into app.user_stores (user_id, store_id) values ('${regional}', '${redmond}')`)

    expect(await storesOf(regional)).toEqual([redmond])
  })

  it('a moved membership changes one store for the other', async () => {
    await change(`update app.user_stores set store_id = '${redmond}' where user_id = '${seattleManager}'`)

    expect(await storesOf(seattleManager)).toEqual([redmond])
  })

  it('a disabled user cannot enter; enabled again, sees the same as before', async () => {
    await change(`update app.users set disabled_at = now() where user_id = '${seattleManager}'`)
    expect(await scratch.attackAs(seattleManager, STORES)).toMatchObject({ sqlState: 'ZV003', rows: [] })

    await change(`update app.users set disabled_at = null where user_id = '${seattleManager}'`)
    expect(await storesOf(seattleManager)).toEqual([seattle])
  })

  it('a disabled head office sees nothing either', async () => {
    await change(`update app.users set disabled_at = now() where user_id = '${headOffice}'`)
    expect(await scratch.attackAs(headOffice, STORES)).toMatchObject({ sqlState: 'ZV003', rows: [] })

    await change(`update app.users set disabled_at = null where user_id = '${headOffice}'`)
  })

  it('a raised role sees all stores, a lowered one only its own again', async () => {
    await change(`update app.users set role = 'head_office' where user_id = '${seattleManager}'`)
    expect(await storesOf(seattleManager)).toEqual(bothStores)

    await change(`update app.users set role = 'store_manager' where user_id = '${seattleManager}'`)
    expect(await storesOf(seattleManager)).toEqual([seattle])
  })

  it('the version of the membership grows with each of these changes, and with nothing else', async () => {
    const versions = [await versionOf(seattleManager)]
    for (const sql of [
      `update app.users set role = 'regional_manager' where user_id = '${seattleManager}'`,
      `update app.users set disabled_at = now() where user_id = '${seattleManager}'`,
      `update app.users set role = 'store_manager', disabled_at = null where user_id = '${seattleManager}'`,
      `insert into app.user_stores (user_id, store_id) values ('${seattleManager}', '${redmond}')`,
      `delete from app.user_stores where user_id = '${seattleManager}' and store_id = '${redmond}'`,
    ]) {
      await change(sql)
      versions.push(await versionOf(seattleManager))
    }
    expect(versions.slice(1).map((version, i) => version - (versions[i] ?? 0))).toEqual([1, 1, 1, 1, 1])

    const before = await versionOf(seattleManager)
    await change(`update app.users set display_name = 'Other' where user_id = '${seattleManager}'`)
    expect(await versionOf(seattleManager)).toBe(before)
  })

  it('a user with more than 10,000 stores is told so, and sees nothing', async () => {
    // As a copy restored from a backup would be: without the triggers, which count one change per membership.
    await scratch.superuser.run(
      [
        'set local session_replication_role = replica',
        `insert into retail.stores (store_name, location, region, manager_id, opened_on)
           select 'Many ' || n, 'Here', 'North', '${regional}', '2020-01-01' from generate_series(1, 10001) n`,
        `insert into app.user_stores select '${regional}', store_id from retail.stores where store_name like 'Many %'`,
      ],
      { readOnly: false },
    )

    expect(await scratch.attackAs(regional, STORES)).toMatchObject({ sqlState: 'ZV006', rows: [] })
    // Head office has no list, so no limit.
    expect((await storesOf(headOffice)).length).toBe(10_003)
  })

  const STORES = 'select store_id from retail.stores order by 1'

  async function storesOf(userId: string): Promise<string[]> {
    const [rows = []] = await scratch.as(userId, STORES)
    return rows.map(({ store_id }) => String(store_id))
  }

  async function rowsOf(userId: string): Promise<number[]> {
    const tables = ['stores', 'customers', 'inventory', 'orders', 'order_items']
    return (await scratch.as(userId, ...tables.map((table) => `select store_id from retail.${table}`))).map(
      ({ length }) => length,
    )
  }

  async function versionOf(userId: string): Promise<number> {
    const [[row] = []] = await scratch.owner.run([
      `select membership_version from app.users where user_id = '${userId}'`,
    ])
    return Number(row?.membership_version)
  }

  async function change(...statements: string[]): Promise<void> {
    await scratch.owner.run(statements, { readOnly: false })
  }
})
