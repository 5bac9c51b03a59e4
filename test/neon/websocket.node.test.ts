import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from '@neondatabase/serverless'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import type { LocalDatabase } from '../../dev/neon/local-database.ts'
import { asOwner, at, describeBoth, failure, IDLE_IN_TRANSACTION_MS, makeRole, ownerPool } from './support.ts'

describeBoth('driver over WebSocket', (start, engine) => {
  let database: LocalDatabase

  beforeAll(async () => {
    database = await start()
    await asOwner(database)`create table counts (id int primary key, n int not null)`
    await asOwner(database)`insert into counts values (1, 0)`
    await asOwner(database)`create table t (a int)`
  }, 30_000)

  afterAll(() => database?.stop())

  it('commits and rolls back', async () => {
    const pool = ownerPool(database)
    const client = await pool.connect()

    await client.query('begin')
    await client.query('insert into counts values ($1, $2)', [2, 5])
    await client.query('rollback')
    await client.query('begin')
    await client.query('insert into counts values ($1, $2)', [3, 5])
    await client.query('commit')
    client.release()

    expect((await pool.query('select id, n from counts where id > 1')).rows).toEqual([{ id: 3, n: 5 }])
    await pool.end()
  })

  it('keeps a transaction usable up to its end after an error', async () => {
    const pool = ownerPool(database)
    const client = await pool.connect()
    await client.query('begin')

    expect((await failure(client.query('select 1/0'))).code).toBe('22012')
    expect((await failure(client.query('select 1'))).code).toBe('25P02')
    await client.query('rollback')
    expect((await client.query('select 1 as alive')).rows).toEqual([{ alive: 1 }])

    client.release()
    await pool.end()
  })

  it('serves parallel pools and HTTP beside them, loses no update', async () => {
    const pools = [ownerPool(database, 3), ownerPool(database, 3)]
    const add = async (pool: Pool) => {
      const client = await pool.connect()
      await client.query('begin')
      const { rows } = await client.query('select n from counts where id = 1 for update')
      await client.query('update counts set n = $1 where id = 1', [rows[0].n + 1])
      await client.query('commit')
      client.release()
    }

    await Promise.all([
      ...pools.flatMap((pool) => Array.from({ length: 10 }, () => add(pool))),
      ...Array.from({ length: 10 }, () => asOwner(database)`select 1`),
    ])

    expect(await asOwner(database)`select n from counts where id = 1`).toEqual([{ n: 20 }])
    await Promise.all(pools.map((pool) => pool.end()))
  })

  it('refuses a wrong password', async () => {
    const pool = new Pool({
      connectionString: at(database, database.ownerUrl, { user: 'zava_owner', password: 'wrong' }),
    })

    expect((await failure(pool.query('select 1'))).code).toBe('28P01')
    await pool.end()
  })

  it('applies the application name and other settings of the startup packet', async () => {
    const pool = new Pool({ connectionString: at(database, database.ownerUrl), application_name: 'till' })

    expect((await pool.query(`select current_setting('application_name') as name`)).rows).toEqual([{ name: 'till' }])
    await pool.end()
  })

  it('ends a runaway query at the limit, also when the limit is set in the same message', async () => {
    const pool = ownerPool(database)
    const started = performance.now()

    const error = await failure(
      pool.query('set statement_timeout = 300; select count(*) from generate_series(1, 1e12)'),
    )

    expect([error.code, error.message]).toEqual(['57014', 'canceling statement due to statement timeout'])
    expect(performance.now() - started).toBeLessThan(10_000)
    await pool.end()
  })

  it('rolls back and frees the rows when a socket drops in a transaction', async () => {
    const sockets: WebSocket[] = []
    class Watched extends WebSocket {
      constructor(url: string | URL) {
        super(url)
        sockets.push(this)
      }
    }
    const { Client, neonConfig } = await import('@neondatabase/serverless')
    const usual = neonConfig.webSocketConstructor
    neonConfig.webSocketConstructor = Watched
    const client = new Client({ connectionString: at(database, database.ownerUrl) })
    client.on('error', () => {})
    await client.connect()
    neonConfig.webSocketConstructor = usual
    await client.query('begin')
    await client.query('update counts set n = 1000 where id = 1')

    sockets[0]?.terminate()

    const [row] = await asOwner(database)`update counts set n = n + 1 where id = 1 returning n`
    expect(row?.n).toBeLessThan(1000)
  })

  it('frees the engine when a socket drops in a running query', async () => {
    const pool = ownerPool(database, 1)
    const client = await pool.connect()
    client.on('error', () => {})
    const running = failure(
      client.query('lock table counts; select count(*) from generate_series(1, 1e12)') as Promise<unknown>,
    )
    await sleep(150)

    // Ends the connection under the query; the pool itself would wait for it.
    ;(client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
    await running

    const started = performance.now()
    await asOwner(database)`select from counts`
    expect(performance.now() - started).toBeLessThan(10_000)
    client.release(true)
    await pool.end()
  })

  describe('the one session of the embedded engine', () => {
    const itEmbedded = it.runIf(engine === 'embedded')

    itEmbedded('is taken from a client that leaves its transaction idle, and given to the next', async () => {
      const pool = ownerPool(database, 1)
      const client = await pool.connect()
      const ended = new Promise<Error & { code?: string }>((resolve) => client.on('error', resolve))
      await client.query('begin')
      await client.query('insert into t values (1)')

      const rows = await asOwner(database)`select a from t`

      expect(rows).toEqual([])
      expect((await ended).code).toBe('25P03')
      client.release(true)
      await pool.end()
    })

    itEmbedded('obeys the idle limit of the role', async () => {
      const role = await makeRole(database)
      const pool = new Pool({ connectionString: role.url, max: 1 })
      const client = await pool.connect()
      const ended = new Promise<Error & { code?: string }>((resolve) => client.on('error', resolve))
      const started = performance.now()

      await client.query('begin; set local idle_in_transaction_session_timeout = 100')

      expect((await ended).code).toBe('25P03')
      expect(performance.now() - started).toBeLessThan(IDLE_IN_TRANSACTION_MS)
      client.release(true)
      await pool.end()
    })

    itEmbedded('is not left to a client with settings of the one before', async () => {
      const pool = ownerPool(database, 1)
      await pool.query(`set work_mem = '77MB'; create temporary table mine (a int); prepare p as select 1`)

      const { rows } = await pool.query(`select current_setting('work_mem') <> '77MB' as reset,
      to_regclass('pg_temp.mine') as temp, (select count(*)::int from pg_prepared_statements where name = 'p') as p`)

      expect(rows).toEqual([{ reset: true, temp: null, p: 0 }])
      await pool.end()
    })

    itEmbedded('survives bytes that are no messages', async () => {
      const garbage = [
        Buffer.from('GET / HTTP/1.1\r\n\r\n'),
        Buffer.from([0, 0, 0, 1]),
        Buffer.from([0, 0, 0, 8, 4, 210, 22, 46]),
        Buffer.concat([Buffer.from([0, 0, 0, 17, 0, 3, 0, 0]), Buffer.from('user\0x\0\0\0'), Buffer.from('Zoo')]),
      ]
      for (const bytes of garbage) {
        const socket = new WebSocket(`ws://127.0.0.1:${database.port}/v2`)
        await new Promise((resolve) => socket.on('open', resolve))
        const closed = new Promise((resolve) => socket.on('close', resolve))
        socket.send(bytes)
        setTimeout(() => socket.close(), 200)
        await closed
      }

      expect(await asOwner(database)`select 1 as alive`).toEqual([{ alive: 1 }])
    })

    itEmbedded.each(['copy t from stdin', `copy t from stdin; select 1`])('survives: %s', async (sql) => {
      const pool = ownerPool(database, 1)

      expect((await failure(pool.query(sql))).message).toContain('COPY FROM STDIN is not available')
      expect((await pool.query('select 1 as alive')).rows).toEqual([{ alive: 1 }])
      await pool.end()
    })
  })
})
