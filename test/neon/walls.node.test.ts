import { Pool } from '@neondatabase/serverless'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { LocalDatabase } from '../../dev/neon/local-database.ts'
import { asOwner, asSuperuser, describeBoth, failure, makeRole, ownerPool, type Sql } from './support.ts'

const ESCALATIONS = [
  'set role postgres',
  'set role none',
  'reset role',
  'set session authorization postgres',
  'set session authorization default',
  'reset session authorization',
  'set local role postgres',
  `select set_config('role', 'postgres', false)`,
  `select set_config('role', 'none', true)`,
  `select set_config('session_authorization', 'postgres', true)`,
  'reset all',
  'discard all',
  'rollback',
  'commit',
  `do $$ begin execute 'set role postgres'; end $$`,
  `do $$ begin perform 1/0; exception when others then execute 'reset role'; end $$`,
  `create function pg_temp.climb() returns text language sql set role = postgres as 'select current_user::text'`,
]

const WHO = `select current_user::text as cu, session_user::text as su, current_setting('is_superuser') as is_super,
  has_table_privilege('pg_catalog.pg_authid', 'select') as reads_passwords`

describeBoth('roles', (start, engine) => {
  let database: LocalDatabase
  let role: { name: string; url: string; sql: Sql }
  const itself = () => ({ cu: role.name, su: role.name, is_super: 'off', reads_passwords: false })

  beforeAll(async () => {
    database = await start()
    role = await makeRole(database)
  }, 30_000)

  afterAll(() => database?.stop())

  it('logs in as the role and as nothing else', async () => {
    expect(await role.sql.query(WHO)).toEqual([itself()])
    expect(await asSuperuser(database).query(WHO)).toEqual([
      { cu: 'postgres', su: 'postgres', is_super: 'on', reads_passwords: true },
    ])
  })

  it.each(ESCALATIONS)('does not climb in a batch by: %s', async (sql) => {
    const seen = await role.sql.transaction([role.sql.query(sql), role.sql.query(WHO)]).then(
      (results) => results[1],
      (error: { code: string }) => error.code,
    )

    // "does not exist" and "in a transaction block" are the server's words for three of them.
    expect([itself(), '42501', '25001', '3F000', '22023']).toContainEqual(Array.isArray(seen) ? seen[0] : seen)
    expect(await role.sql.query(WHO)).toEqual([itself()])
  })

  it.each(ESCALATIONS)('does not climb over a WebSocket by: %s', async (sql) => {
    const pool = new Pool({ connectionString: role.url, max: 1 })
    const client = await pool.connect()

    await client.query(sql).catch(() => {})
    await client.query('rollback')
    const after = await client.query(WHO)
    await client.query(`begin; ${sql}`).catch(() => {})
    const inside = await client.query(WHO).catch(() => ({ rows: [] }))
    const stacked = await client.query(`rollback; ${sql}; ${WHO}`).catch(() => [{ rows: [] }])

    for (const rows of [after.rows, inside.rows, (stacked as unknown as { rows: unknown[] }[]).at(-1)?.rows]) {
      for (const row of rows ?? []) expect(row).toEqual(itself())
    }
    expect(after.rows).toHaveLength(1)
    client.release()
    await pool.end()
  })

  it.runIf(engine === 'embedded')('refuses every change of user with 42501', async () => {
    for (const sql of ESCALATIONS.slice(0, 10)) expect((await failure(role.sql.query(sql))).code, sql).toBe('42501')
  })

  it('applies the settings of the role, and of the role in this database over them', async () => {
    const other = await makeRole(database, 'createrole')
    const superuser = asSuperuser(database)
    const [{ name: here } = {}] = await superuser`select current_database() as name`
    await superuser.query(`alter role ${other.name} set work_mem = '5MB'`)
    await superuser.query(`alter role ${other.name} set lock_timeout = '7s'`)
    await superuser.query(`alter role ${other.name} set default_transaction_read_only = on`)
    await superuser.query(`alter role ${other.name} set log_min_messages = 'error'`)
    await superuser.query(`alter role ${other.name} in database "${here}" set work_mem = '6MB'`)
    const settings = `select current_setting('work_mem') w, current_setting('lock_timeout') l,
      current_setting('transaction_read_only') r, current_setting('log_min_messages') m`
    const expected = [{ w: '6MB', l: '7s', r: 'on', m: 'error' }]
    const pool = new Pool({ connectionString: other.url })

    expect(await other.sql.query(settings)).toEqual(expected)
    expect((await pool.query(settings)).rows).toEqual(expected)
    expect(await other.sql.query(settings)).toEqual(expected)
    await pool.end()

    const [mine] = await role.sql.query(settings)
    expect([mine?.l, mine?.r]).toEqual(['0', 'off'])
  })

  it('lets a superuser change role, and forgets it', async () => {
    const superuser = asSuperuser(database)

    const [, inside] = await superuser.transaction([superuser.query(`set role ${role.name}`), superuser.query(WHO)])

    expect(inside?.[0]?.cu).toBe(role.name)
    expect((await superuser.query(WHO))[0]?.cu).toBe('postgres')
  })

  it('has the rights of an owner on Neon', async () => {
    const [flags] = await asOwner(database)`select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolcanlogin
      from pg_roles where rolname = current_user`

    expect(flags).toEqual({
      rolsuper: false,
      rolcreaterole: true,
      rolcreatedb: true,
      rolbypassrls: true,
      rolcanlogin: true,
    })
  })

  it('migrates over a WebSocket: roles, ownership, extension, policies, locks, many statements in one message', async () => {
    const pool = ownerPool(database, 1)
    const client = await pool.connect()
    const [verifier, app] = [`verifier_${process.pid}`, `app_${process.pid}`]

    await client.query('select pg_advisory_lock(7)')
    await client.query(`
      begin;
      create role ${verifier} nologin;
      create role ${app} login noinherit;
      grant ${verifier} to zava_owner with inherit true, set true;
      alter role ${app} set statement_timeout = '5s';
      alter role ${app} password 'app pw';
      create schema if not exists ext;
      create extension if not exists vector schema ext;
      create schema guarded authorization ${verifier};
      create table facts (id int primary key, owner name, embedding ext.vector(3));
      alter table facts enable row level security, force row level security;
      create policy facts_of_owner on facts to current_user using (owner = current_user);
      create function verify() returns int language sql as 'select 1';
      grant create on schema public to ${verifier};
      alter function verify() owner to ${verifier};
      alter default privileges revoke execute on functions from public;
      alter default privileges for role ${verifier} revoke execute on functions from public;
      grant select on facts to ${app};
      insert into facts values (1, 'x', '[1,2,3]');
      commit;`)
    await client.query('create index concurrently facts_owner on facts (owner)')
    const { rows } = await client.query(`select pg_advisory_unlock(7) as unlocked,
      (select rolname from pg_proc join pg_roles r on r.oid = proowner where proname = 'verify') as verifier`)
    const { rows: limits } = await client.query(`select setconfig::text from pg_db_role_setting
      where setrole = '${app}'::regrole`)
    client.release()
    await pool.end()

    expect(rows).toEqual([{ unlocked: true, verifier }])
    expect(limits).toEqual([{ setconfig: '{statement_timeout=5s}' }])
    await asSuperuser(database).query(`drop schema guarded`)
    await asSuperuser(database).query(`drop owned by ${verifier}, ${app} cascade`)
    await asSuperuser(database).query(`drop role ${verifier}, ${app}`)
  })

  it('keeps a session-level advisory lock to itself over several messages', async () => {
    const [a, b] = [ownerPool(database, 1), ownerPool(database, 1)]
    const first = await a.connect()
    await first.query('select pg_advisory_lock(8)')
    const order: string[] = []
    const second = b.query('select pg_advisory_lock(8)').then(() => order.push('second'))
    await first.query('select 1')
    order.push('first')

    await first.query('select pg_advisory_unlock(8)')
    await second

    expect(order).toEqual(['first', 'second'])
    first.release()
    await Promise.all([a.end(), b.end()])
  })

  // Last: it would end the others' engine if the wall were down.
  it('survives a superuser who asks Postgres to end the session', async () => {
    const sql = asSuperuser(database)
    await sql`select pg_terminate_backend(pg_backend_pid())`.catch(() => {})
    await sql`select pg_cancel_backend(pg_backend_pid())`.catch(() => {})

    expect(await sql`select 1 as alive`).toEqual([{ alive: 1 }])
  })
})
