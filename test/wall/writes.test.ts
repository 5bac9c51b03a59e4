import { describe, expect, it } from 'vitest'
import { digest } from './digest.ts'
import { loot } from './door.ts'
import { places, storeIdsOf } from './place.ts'

const store = storeIdsOf('redmond')[0]
const NOBODY = '00000000-0000-4000-8000-000000000001'

/** Into the own store and into the catalogue: what a manager could most plausibly be thought to be allowed. */
const ROW_WRITES: readonly string[] = [
  `insert into retail.customers (store_id, first_name, last_name) values ('${store}', 'A', 'B')`,
  `insert into retail.stores (store_name, location, region, manager_id, opened_on) values ('X', 'X', 'X', '${NOBODY}', now())`,
  `insert into retail.categories (category_name) values ('X')`,
  `insert into app.users (email, display_name, role) values ('x@x.xx', 'x', 'head_office')`,
  `insert into app.user_stores select user_id, '${store}' from app.users`,
  `insert into tenancy.signing_keys values ('mine', 'worker', '', '')`,
  `insert into migration.applied (name, sha256) values ('x', 'x')`,
  `update retail.inventory set stock_level = 0`,
  `update retail.products set base_price = 0`,
  `update retail.stores set store_name = 'Mine' where store_id = '${store}'`,
  `update app.users set role = 'head_office'`,
  'delete from retail.orders',
  'delete from retail.product_description_embeddings',
  'with gone as (delete from retail.order_items returning *) select count(*) from gone',
  'merge into retail.inventory i using retail.products p on i.product_id = p.product_id when matched then delete',
  'truncate retail.order_items',
  'truncate retail.products cascade',
  'select * into retail.loot from retail.customers',
  'select * from retail.orders for update',
  'select * from retail.products for key share',
]

const SCHEMA_WRITES: readonly string[] = [
  'create table retail.mine (x int)',
  'create table mine (x int)',
  'create temp table mine (x int)',
  'create temp table mine as select * from retail.customers',
  'create view retail.mine as select 1',
  'create materialized view retail.mine as select * from retail.customers',
  'create schema mine',
  `create function retail.mine() returns int language sql as 'select 1'`,
  `create function ext.mine() returns int language sql as 'select 1'`,
  'create sequence retail.mine',
  'create type retail.mine as (x int)',
  'create extension dblink',
  'create role mine',
  'create index on retail.orders (status)',
  'create policy mine on retail.orders using (true)',
  'alter table retail.orders disable row level security',
  'alter table retail.orders no force row level security',
  'alter policy orders_belong_to_my_stores on retail.orders using (true)',
  'drop table retail.order_items',
  'drop policy orders_belong_to_my_stores on retail.orders',
  'drop function api.enter(text)',
  'grant select on retail.orders to public',
  'grant zava_verifier to zava_mcp',
  'alter role zava_mcp bypassrls',
  'reindex table retail.orders',
  `comment on table retail.orders is 'mine'`,
  'reassign owned by zava_owner to zava_mcp',
  'lock table retail.orders in access exclusive mode',
]

/** What a read-only transaction must stop, because every role may do it otherwise. */
const READ_ONLY_STOPS: readonly string[] = [
  'select lo_create(0)',
  `select lo_from_bytea(0, '\\x00')`,
  'select lo_creat(-1)',
  `alter role zava_mcp set statement_timeout = 0`,
  `alter role zava_mcp password 'mine'`,
]

/** Refused for the kind of transaction, or for want of a right; nothing else counts, not even an error by accident. */
const READ_ONLY = /^(25006|42501)$/
/** 0A000: the embedded engine has no such extension to begin with. */
const NO_RIGHT = /^(42501|0A000)$/
/** The same for who has not entered, which the planner finds out before anything else when row security is asked. */
const NO_RIGHT_OR_CONTEXT = /^(42501|0A000|ZV004)$/

function notRefused(states: Record<string, string>, how: RegExp): Record<string, string> {
  return Object.fromEntries(Object.entries(states).filter(([, state]) => !how.test(state)))
}

describe.for(places)('on the $name engine', (place) => {
  it.for(['redmond', 'regional', 'head-office'])(
    '%s cannot write anything; nothing has changed afterwards',
    async (who) => {
      const before = await digest(place)

      const states: Record<string, string> = {}
      for (const sql of [...ROW_WRITES, ...SCHEMA_WRITES, ...READ_ONLY_STOPS]) {
        states[sql] = (await place.attackAs(who, sql)).sqlState ?? 'accepted'
      }

      expect(notRefused(states, READ_ONLY)).toEqual({})
      expect(await digest(place)).toEqual(before)
    },
  )

  it('the login cannot write even where the transaction would let it: it has no right to', async () => {
    const before = await digest(place)

    const states: Record<string, string> = {}
    for (const sql of [...ROW_WRITES, ...SCHEMA_WRITES]) {
      states[sql] =
        (await loot(place.service, ['set transaction read write', sql], { readOnly: false })).sqlState ?? 'accepted'
    }

    expect(notRefused(states, NO_RIGHT_OR_CONTEXT)).toEqual({})
    expect(Object.values(states).filter((state) => NO_RIGHT.test(state)).length).toBeGreaterThan(10)
    expect(await digest(place)).toEqual(before)
  })

  it('no table gives the login a right to write, in whole or in a column', async () => {
    const [tables = []] = await place.owner.run([
      `select c.oid::regclass as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('retail', 'app', 'api', 'tenancy', 'ext') and c.relkind in ('r', 'p', 'v', 'm', 'f')
          and (has_table_privilege('zava_mcp', c.oid, 'insert, update, delete, truncate, references, trigger')
            or has_any_column_privilege('zava_mcp', c.oid, 'insert, update, references'))`,
    ])

    expect(tables).toEqual([])
  })

  it('there is no sequence to advance, and no large object', async () => {
    const [sequences, objects] = await place.owner.run([
      `select relname from pg_class where relkind = 'S'`,
      'select oid from pg_largeobject_metadata',
    ])

    expect([sequences, objects]).toEqual([[], []])
  })

  it('an advisory lock, which nothing can forbid, does not outlive the request', async () => {
    await place.as('redmond', 'select pg_advisory_lock(20261122), pg_advisory_xact_lock(20261123)')

    await expect
      .poll(async () => {
        const [rows] = await place.owner.run([
          `select objid from pg_locks where locktype = 'advisory' and objid in (20261122, 20261123)`,
        ])
        return rows
      })
      .toEqual([])
  })
})
