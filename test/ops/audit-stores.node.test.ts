import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyAudit } from '../../ops/audit-commands.ts'
import type { OwnerPool } from '../../sql/connect.ts'
import { appendAudit } from '../../src/db/audit.ts'
import { type AuditEntry, toAuditEntry } from '../../src/observe/audit.ts'
import { engines, openScratch, type Scratch, settle, world } from '../sql/node/scratch.ts'

const { seattle, redmond, seattleManager, regional, headOffice } = world

describe.for(engines)('the stores that an entry of the audit trail names, on the %s engine', (engine) => {
  let scratch: Scratch
  let pool: OwnerPool

  beforeAll(async () => {
    scratch = await openScratch(engine)
    await settle(scratch)
    pool = scratch.openPool()
  })
  afterAll(async () => {
    await pool?.end()
    await scratch?.close()
  })

  it('are one, several, none, or "all" of head office', async () => {
    await setStores(regional, redmond, seattle)
    const [one, several, all] = await record(await ask(seattleManager), await ask(regional), await ask(headOffice))
    await setStores(regional)
    const [none] = await record(await ask(regional))

    const told = [one, several, all, none].map((entry) => entry?.stores)
    expect(told).toEqual([[seattle], [seattle, redmond], 'all', []])
  })

  it('are not said when the memberships or the role changed before the entry arrived, though they came back', async () => {
    await setStores(regional, seattle)
    const asked = await ask(regional)
    const askedAsHeadOffice = await ask(headOffice)
    await setStores(regional, redmond)
    const later = await ask(regional)
    await change(`update app.users set role = 'regional_manager' where user_id = '${headOffice}'`)
    await change(`update app.users set role = 'head_office' where user_id = '${headOffice}'`)

    const [before, asHeadOffice, after] = await record(asked, askedAsHeadOffice, later)

    expect([before?.stores, asHeadOffice?.stores, after?.stores]).toEqual([null, null, [redmond]])
    expect(before).toMatchObject({
      membership_version: asked.membership_version,
      stores_version: later.membership_version,
    })
  })

  it('are not said when the database was not asked, nor of a user who is gone', async () => {
    const [unasked, gone] = await record(entryOf(seattleManager), entryOf(randomUUID(), 1))

    expect(unasked).toMatchObject({ stores: null, stores_version: expect.any(Number) })
    expect(gone).toMatchObject({ stores: null, stores_version: null })
  })

  it('are the first hundred of more', async () => {
    await change(
      `insert into retail.stores (store_name, location, region, manager_id, opened_on)
         select 'Store ' || n, 'Here', 'North', '${regional}', '2020-01-01' from generate_series(1, 99) n`,
      `delete from app.user_stores where user_id = '${regional}'`,
      `insert into app.user_stores (user_id, store_id) select '${regional}', store_id from retail.stores`,
    )

    const [entry] = await record(await ask(regional))

    expect(entry?.stores).toHaveLength(100)
  })

  const change = (...sql: string[]) => scratch.owner.run(sql, { readOnly: false })

  const setStores = (userId: string, ...stores: string[]) =>
    change(
      `delete from app.user_stores where user_id = '${userId}'`,
      ...stores.map((id) => `insert into app.user_stores (user_id, store_id) values ('${userId}', '${id}')`),
    )

  /** The entry of a question that the database answers now. */
  async function ask(userId: string): Promise<AuditEntry> {
    const [[user] = []] = await scratch.owner.run([
      `select membership_version from app.users where user_id = '${userId}'`,
    ])
    return entryOf(userId, Number(user?.membership_version))
  }

  /** What the trail, which stays whole, holds of these entries. */
  async function record(...entries: AuditEntry[]): Promise<Record<string, unknown>[]> {
    const options = { url: scratch.serviceUrl, endpoint: scratch.endpoint, key: scratch.key, now: () => Date.now() }
    await appendAudit(options, entries)
    expect(await verifyAudit(pool)).toMatchObject({ findings: [] })
    const [rows = []] = await scratch.owner.run([
      `select entry from app.audit_log order by seq desc limit ${entries.length}`,
    ])
    return rows.map(({ entry }) => JSON.parse(String(entry)) as Record<string, unknown>).reverse()
  }
})

function entryOf(userId: string, membershipVersion?: number): AuditEntry {
  return toAuditEntry(
    { tool: 'a_tool', args: {}, outcome: 'answered', rows: 1, bytes: 1, startedAt: 1, endedAt: 2 },
    { userId, clientId: 'c', session: 's', requestId: 'r', membershipVersion },
    randomUUID(),
  )
}
