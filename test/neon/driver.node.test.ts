import { neon } from '@neondatabase/serverless'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { LocalDatabase } from '../../dev/neon/local-database.ts'
import { asOwner, at, describeBoth, failure, type Sql } from './support.ts'

describeBoth('driver over HTTP', (start) => {
  let database: LocalDatabase
  let sql: Sql

  beforeAll(async () => {
    database = await start()
    sql = asOwner(database)
    await sql`create schema if not exists ext`
    await sql`create extension if not exists vector schema ext`
    await sql`create table things (id int primary key, name text check (name <> 'bad'))`
  }, 30_000)

  afterAll(() => database?.stop())

  const ID = '6be79869-0786-4558-abcb-14726e040021'
  it.each([
    ['uuid', `'${ID}'::uuid`, ID],
    ['numeric keeps its digits', '12345678901234567890.12340::numeric', '12345678901234567890.12340'],
    ['int8 beyond 2^53', '9007199254740993::int8', '9007199254740993'],
    ['int2', '32767::int2', 32767],
    ['timestamptz', `timestamptz '2026-01-02 03:04:05.678+00'`, new Date('2026-01-02T03:04:05.678Z')],
    ['date', `(date '2026-01-02')::text`, '2026-01-02'],
    ['jsonb', `'{"a":[1,null,"x"]}'::jsonb`, { a: [1, null, 'x'] }],
    ['text array', `array['a','b,"c\\d',null]::text[]`, ['a', 'b,"c\\d', null]],
    ['uuid array', `array['${ID}']::uuid[]`, [ID]],
    [
      'nested array with null',
      'array[[1,2],[3,null]]',
      [
        [1, 2],
        [3, null],
      ],
    ],
    ['empty array', `'{}'::int[]`, []],
    ['vector', `'[1,2,3]'::ext.vector`, '[1,2,3]'],
    ['bytea', `'\\xdeadbeef'::bytea`, Buffer.from('deadbeef', 'hex')],
    ['null', 'null::text', null],
    ['NaN', `'NaN'::float8`, Number.NaN],
    ['bool', 'true', true],
    ['float8', '1.5::float8', 1.5],
    ['unicode', `'Zażółć 🛒'::text`, 'Zażółć 🛒'],
  ])('reads %s', async (_name, expression, expected) => {
    const [row] = await sql.query(`select ${expression} as value`)

    expect(row?.value).toEqual(expected)
  })

  it.each([
    ['int array', 'int[]', [1, 2, null], [1, 2, null]],
    ['text array with quotes', 'text[]', ['a"b', 'c,d', '{e}'], ['a"b', 'c,d', '{e}']],
    [
      'nested array',
      'int[]',
      [
        [1, 2],
        [3, 4],
      ],
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['array of objects', 'jsonb[]', [{ k: 'v"q' }], [{ k: 'v"q' }]],
    ['object', 'jsonb', { k: 'v"q' }, { k: 'v"q' }],
    ['bytes', 'bytea', Buffer.from('beef', 'hex'), Buffer.from('beef', 'hex')],
    ['date', 'timestamptz', new Date(0), new Date(0)],
    ['null', 'text', null, null],
    ['boolean', 'bool', true, true],
    ['vector', 'ext.vector', '[1,2]', '[1,2]'],
    ['quotes and backslashes', 'text', `it's \\ "it"`, `it's \\ "it"`],
    ['unicode', 'text', 'Zażółć 🛒', 'Zażółć 🛒'],
    ['lone surrogate, replaced', 'text', 'a\ud800b', 'a\ufffdb'],
  ])('sends %s', async (_name, type, given, expected) => {
    const [row] = await sql.query(`select $1::${type} as value`, [given])

    expect(row?.value).toEqual(expected)
  })

  it('reads JSON parameters and answers JSON values to a client that is not the driver', async () => {
    const response = await fetch(`http://127.0.0.1:${database.port}/sql`, {
      method: 'POST',
      headers: { 'Neon-Connection-String': at(database, database.ownerUrl) },
      body: JSON.stringify({
        query: `select $1::int[] as ints, $2::jsonb[] as objects, $3::jsonb as object, $4::int as n, $5::bool as b,
          $6::text as nothing, 'NaN'::float8 as nan, 7::int8 as big`,
        params: [[[1, null]], [{ k: 'v"q' }], { a: [1] }, 5, true, null],
      }),
    })

    const { rows, command, rowCount, rowAsArray } = (await response.json()) as Record<string, unknown>
    expect({ rows, command, rowCount, rowAsArray }).toEqual({
      rows: [
        {
          ints: '{{1,NULL}}',
          objects: '{"{\\"k\\": \\"v\\\\\\"q\\"}"}',
          object: { a: [1] },
          n: 5,
          b: true,
          nothing: null,
          nan: 'NaN',
          big: '7',
        },
      ],
      command: 'SELECT',
      rowCount: 1,
      rowAsArray: false,
    })
  })

  it('keeps columns of the same name apart in array mode', async () => {
    const result = await sql.query('select 1 as a, 2 as a', [], { fullResults: true, arrayMode: true })

    expect(result.rows).toEqual([[1, 2]])
    expect(result.fields.map(({ name, dataTypeID }) => [name, dataTypeID])).toEqual([
      ['a', 23],
      ['a', 23],
    ])
    expect([result.command, result.rowCount]).toEqual(['SELECT', 1])
  })

  it('counts what insert, update and delete did', async () => {
    const outcome = async (text: string) => {
      const { command, rowCount, rows } = await sql.query(text, [], { fullResults: true })
      return { command, rowCount, rows }
    }

    expect(await outcome(`insert into things values (1, 'a'), (2, 'b') returning id`)).toEqual({
      command: 'INSERT',
      rowCount: 2,
      rows: [{ id: 1 }, { id: 2 }],
    })
    expect(await outcome(`update things set name = 'c' where id = 1`)).toEqual({
      command: 'UPDATE',
      rowCount: 1,
      rows: [],
    })
    expect(await outcome('delete from things')).toEqual({ command: 'DELETE', rowCount: 2, rows: [] })
    expect((await outcome('create table other (a int)')).command).toBe('CREATE')
  })

  it('runs a batch as one transaction with the modes that were asked for', async () => {
    const modes = sql`select current_setting('transaction_read_only') r, current_setting('transaction_isolation') i,
      current_setting('transaction_deferrable') d`

    expect(await sql.transaction([modes])).toEqual([[{ r: 'off', i: 'read committed', d: 'off' }]])
    expect(await sql.transaction([modes], { readOnly: true, isolationLevel: 'RepeatableRead' })).toEqual([
      [{ r: 'on', i: 'repeatable read', d: 'off' }],
    ])
    expect(
      await sql.transaction([modes], { readOnly: true, deferrable: true, isolationLevel: 'Serializable' }),
    ).toEqual([[{ r: 'on', i: 'serializable', d: 'on' }]])
  })

  it('refuses a write in a read-only batch, leaves nothing behind', async () => {
    const error = await failure(sql.transaction([sql`insert into things values (5, 'x')`], { readOnly: true }))

    expect(error.code).toBe('25006')
    expect(await sql`select from things where id = 5`).toEqual([])
  })

  it('rolls a batch back when a later query fails', async () => {
    const error = await failure(sql.transaction([sql`insert into things values (6, 'x')`, sql`select 1/0`]))

    expect(error.code).toBe('22012')
    expect(await sql`select from things where id = 6`).toEqual([])
  })

  it('reports an error that only COMMIT finds', async () => {
    await sql`create table parents (id int primary key)`
    await sql`create table children (parent int references parents deferrable initially deferred)`

    const error = await failure(sql.transaction([sql`insert into children values (1)`]))

    expect(error.code).toBe('23503')
    expect(await sql`select from children`).toEqual([])
  })

  it('forgets settings, temporary tables, prepared statements, locks and open transactions after each request', async () => {
    await sql`select set_config('work_mem', '77MB', false), set_config('app.user', 'u1', false)`
    await sql`create temporary table scratch (a int)`
    await sql`prepare kept as select 1`
    await sql`select pg_advisory_lock(42)`
    await sql`begin`

    const [state] = await sql`select current_setting('work_mem') <> '77MB' as work_mem,
      coalesce(current_setting('app.user', true), '') as app_user, to_regclass('pg_temp.scratch') as scratch,
      (select count(*)::int from pg_prepared_statements) as prepared,
      (select count(*)::int from pg_locks where locktype = 'advisory' and database =
        (select oid from pg_database where datname = current_database())) as locks`
    expect(state).toEqual({ work_mem: true, app_user: '', scratch: null, prepared: 0, locks: 0 })
  })

  it('keeps the settings of 20 concurrent transactions apart', async () => {
    const users = Array.from({ length: 20 }, (_, i) => `u${i}`)

    const seen = await Promise.all(
      users.map(async (user) => {
        const [, rows] = await sql.transaction([
          sql`select set_config('app.user', ${user}, true)`,
          sql`select current_setting('app.user') as user`,
        ])
        return rows?.[0]?.user
      }),
    )

    expect(seen).toEqual(users)
  })

  it('names the application of the connection string', async () => {
    const named = neon(`${at(database, database.ownerUrl)}?application_name=till`)

    expect(await named`select current_setting('application_name') as name`).toEqual([{ name: 'till' }])
    expect(await sql`select current_setting('application_name') <> 'till' as reset`).toEqual([{ reset: true }])
  })
})
