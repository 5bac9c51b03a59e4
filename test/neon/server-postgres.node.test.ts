import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { startServerPostgres } from '../../dev/neon/server-postgres.ts'

const unpacked = existsSync(fileURLToPath(new URL('../../.data/server-postgres/root', import.meta.url).href))

// Unpacking takes a mirror and a quarter of a minute, so that part is left to whoever asks for a server.
describe.skipIf(!unpacked)('an unpacked server Postgres', () => {
  it('starts, is found running, makes databases with pgvector, stops', async () => {
    const first = await startServerPostgres({ cluster: `test${process.pid}` })
    try {
      const second = await startServerPostgres({ cluster: `test${process.pid}` })
      const url = await second.createDatabase('any "name"')
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      await client.query('create extension vector')
      const { rows } = await client.query(`select current_setting('server_version_num')::int / 10000 as major,
        current_database() as name, '[1,2]'::vector <-> '[1,2]' as distance`)
      await client.end()

      expect([first.wasRunning, second.wasRunning]).toEqual([false, true])
      expect(second.superuserUrl).toBe(first.superuserUrl)
      expect(rows).toEqual([{ major: 17, name: 'any "name"', distance: 0 }])
    } finally {
      await first.remove()
    }
    const client = new pg.Client({ connectionString: first.superuserUrl })
    await expect(client.connect()).rejects.toThrow('ECONNREFUSED')
  }, 30_000)
})
