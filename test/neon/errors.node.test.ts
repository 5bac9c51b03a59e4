import { setTimeout as sleep } from 'node:timers/promises'
import { neon, Pool } from '@neondatabase/serverless'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { LocalDatabase } from '../../dev/neon/local-database.ts'
import { asOwner, asSuperuser, at, describeBoth, failure, makeRole, type Sql } from './support.ts'

const ENDLESS = 'select count(*) from generate_series(1, 1000000000000) g'

describeBoth('errors and limits', (start, engine) => {
  let database: LocalDatabase
  let sql: Sql

  beforeAll(async () => {
    database = await start()
    sql = asOwner(database)
    await sql`create table things (id int primary key)`
    await sql`insert into things values (1)`
  }, 30_000)

  afterAll(() => database?.stop())

  it.each([
    ['42601', 'selec 1'],
    ['42601', 'select 1; select 2'],
    ['42P01', 'select * from nowhere'],
    ['22P02', `select 'x'::uuid`],
    ['08P01', 'select $1::int'],
    ['42501', 'select * from pg_authid'],
    // The embedded engine refuses it at once; a server waits for data that the HTTP protocol cannot send.
    ...(engine === 'embedded' ? [['57014', 'copy things from stdin']] : []),
  ])('answers %s to: %s', async (code, text) => {
    const error = await failure(sql.query(text))

    expect([error.name, error.code]).toEqual(['NeonDbError', code])
    expect(await sql`select 1 as alive`).toEqual([{ alive: 1 }])
  })

  it('keeps every field of an error', async () => {
    const { name, severity, code, detail, schema, table, constraint, routine, message } =
      await failure(sql`insert into things values (1)`)

    expect({ name, severity, code, detail, schema, table, constraint, routine, message }).toEqual({
      name: 'NeonDbError',
      severity: 'ERROR',
      code: '23505',
      detail: 'Key (id)=(1) already exists.',
      schema: 'public',
      table: 'things',
      constraint: 'things_pkey',
      routine: '_bt_check_unique',
      message: 'duplicate key value violates unique constraint "things_pkey"',
    })
    expect((await failure(sql`select 1 + nothing`)).position).toBe('12')
  })

  it('answers 507 above 10 MiB, for one query and for a batch', async () => {
    const big = `select repeat('x', 1000000) from generate_series(1, 11)`
    const half = `select repeat('x', 1000000) from generate_series(1, 6)`

    expect((await failure(sql.query(big))).message).toContain('507')
    expect((await failure(sql.transaction([sql.query(half), sql.query(half)]))).message).toContain('507')
    expect(await sql.query(half)).toHaveLength(6)
  })

  it('answers 413 to a request above 10 MiB', async () => {
    const error = await failure(sql`select length(${'x'.repeat(10 * 1024 * 1024)})`)

    expect(error.message).toContain('413')
    expect(await sql`select length(${'x'.repeat(9 * 1024 * 1024)}) as n`).toEqual([{ n: 9 * 1024 * 1024 }])
  })

  it('answers 400 to a body it cannot read', async () => {
    const post = (body: string) =>
      fetch(`http://127.0.0.1:${database.port}/sql`, {
        method: 'POST',
        headers: { 'Neon-Connection-String': at(database, database.ownerUrl) },
        body,
      })

    for (const body of ['', '[', '{}', '{"query":1}', '{"queries":[{}]}', '{"query":"select 1","params":{}}']) {
      expect((await post(body)).status, body).toBe(400)
    }
  })

  it('never repeats a password of a bad connection string', async () => {
    const response = await fetch(`http://127.0.0.1:${database.port}/sql`, {
      method: 'POST',
      headers: { 'Neon-Connection-String': 'postgresql://u:secret@h:notaport/d' },
      body: '{"query":"select 1"}',
    })

    expect(response.status).toBe(400)
    expect(await response.text()).not.toContain('secret')
  })

  it('refuses a wrong password, an unknown role, a role without LOGIN, an expired one and an unknown database', async () => {
    const role = await makeRole(database)
    const code = async (url: string) => (await failure(neon(url)`select 1`)).code
    const as = (user: string, password: string) => at(database, database.superuserUrl, { user, password })

    expect(await code(as(role.name, 'wrong'))).toBe('28P01')
    expect(await code(as('nobody_at_all', 'wrong'))).toBe('28P01')
    expect(await code(role.url.replace(/\/[^/]*$/, '/no_such_database'))).toBe('3D000')
    await asSuperuser(database).query(`alter role ${role.name} valid until '2020-01-01'`)
    expect(await code(role.url.replace(/$/, '?application_name=expired'))).toBe('28P01')
    await asSuperuser(database).query(`alter role ${role.name} nologin valid until 'infinity'`)
    expect(await code(role.url.replace(/$/, '?application_name=nologin'))).toBe('28000')
  })

  it('lets a new password take effect at once', async () => {
    const role = await makeRole(database)
    const changed = at(database, database.superuserUrl, { user: role.name, password: 'other' })
    expect(await role.sql`select 1 as one`).toEqual([{ one: 1 }])

    await asSuperuser(database).query(`alter role ${role.name} password 'other'`)

    expect(await neon(changed)`select 1 as one`).toEqual([{ one: 1 }])
    if (engine === 'embedded') expect((await failure(role.sql`select 1`)).code).toBe('28P01')
  })

  it.each([
    ['of the role', (q: Sql) => q.query(ENDLESS), `set statement_timeout = '300ms'`],
    [
      'set in the transaction',
      (q: Sql) => q.transaction([q`select set_config(${'statement_' + 'timeout'}, '300', true)`, q.query(ENDLESS)]),
      '',
    ],
    ['set local', (q: Sql) => q.transaction([q`set local statement_timeout = 300`, q.query(ENDLESS)]), ''],
    [
      'set in a function',
      (q: Sql) =>
        q.transaction([q`do $$ begin perform set_config('statement_timeout', '300', true); end $$`, q.query(ENDLESS)]),
      '',
    ],
  ])('ends a runaway query at the limit %s', async (_name, run, setting) => {
    const role = await makeRole(database)
    if (setting) await asSuperuser(database).query(`alter role ${role.name} ${setting}`)

    const started = performance.now()
    const error = await failure(run(role.sql))

    expect([error.code, error.message]).toEqual(['57014', 'canceling statement due to statement timeout'])
    expect(performance.now() - started).toBeLessThan(10_000)
    expect(await role.sql`select 1 as alive`).toEqual([{ alive: 1 }])
  })

  it('lets a query run on when the transaction lifts the limit of the role', async () => {
    const role = await makeRole(database)
    await asSuperuser(database).query(`alter role ${role.name} set statement_timeout = '100ms'`)
    const slow = 'select count(*)::int as n from generate_series(1, 3000000) g'

    expect((await failure(role.sql.query(slow))).code).toBe('57014')
    const [, rows] = await role.sql.transaction([role.sql`set local statement_timeout = 0`, role.sql.query(slow)])
    expect(rows).toEqual([{ n: 3_000_000 }])
  })

  it.runIf(engine === 'embedded')('ends a transaction at transaction_timeout', async () => {
    const error = await failure(
      sql.transaction([sql`select set_config('transaction_timeout', '300', true)`, sql.query(ENDLESS)]),
    )

    expect(error.code).toBe('25P04')
  })

  it('frees the engine when the client of a running query leaves', async () => {
    const leave = new AbortController()
    const left = failure(sql.query(ENDLESS, [], { fetchOptions: { signal: leave.signal } }))
    await sleep(100)

    leave.abort()
    await left

    const busy = `select count(*)::int as n from pg_stat_activity where query = '${ENDLESS}' and state = 'active'`
    const deadline = performance.now() + 2000
    let running = -1
    while (running !== 0 && performance.now() < deadline) running = (await asSuperuser(database).query(busy))[0]?.n
    expect(running).toBe(0)
  })

  it('forgets a client that leaves while it waits', async () => {
    const pool = new Pool({ connectionString: at(database, database.ownerUrl) })
    const holder = await pool.connect()
    await holder.query('begin; lock table things')
    const leave = new AbortController()
    const waiting = failure(sql.query('insert into things values (99)', [], { fetchOptions: { signal: leave.signal } }))
    await sleep(100)

    leave.abort()
    await waiting
    await sleep(100)
    await holder.query('commit')
    holder.release()
    await pool.end()

    expect(await sql`select from things where id = 99`).toEqual([])
  })
})
