import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DataFolderCorruptError, DataFolderInUseError, PortBusyError } from '../../dev/neon/errors.ts'
import { type LocalDatabase, startLocalDatabase } from '../../dev/neon/local-database.ts'
import { asOwner, failure } from './support.ts'

const folder = mkdtempSync(join(tmpdir(), 'zava-neon-'))
const dataDir = join(folder, 'data')

// One folder for the whole file, because making one takes seconds. Every test leaves it closed.
beforeAll(async () => {
  const first = await startLocalDatabase({ dataDir, isBrief: true })
  await asOwner(first)`create table written (id int primary key)`
  await first.stop()
}, 60_000)

afterAll(() => rmSync(folder, { recursive: true }))

async function open<T>(work: (database: LocalDatabase & { pid: number }) => Promise<T>): Promise<T> {
  const database = await startLocalDatabase({ dataDir, isBrief: true })
  try {
    return await work(database)
  } finally {
    await database.stop()
  }
}

it('keeps data and passwords from one start to the next, and the passwords to its owner', async () => {
  const before = readFileSync(join(dataDir, 'credentials.json'), 'utf8')

  await open(async (database) => {
    expect(before).toContain(new URL(database.ownerUrl).password)
    expect(await asOwner(database)`select count(*)::int as n from written`).toEqual([{ n: 0 }])
  })

  expect(statSync(join(dataDir, 'credentials.json')).mode & 0o777).toBe(0o600)
  expect(existsSync(join(dataDir, 'lock'))).toBe(false)
})

it('makes new passwords when the file is lost', async () => {
  rmSync(join(dataDir, 'credentials.json'))

  await open(async (database) => {
    expect(await asOwner(database)`select 1 as one`).toEqual([{ one: 1 }])
  })
})

it('refuses to be opened twice, leaves the first alone', async () => {
  await open(async (database) => {
    const error = await failure(startLocalDatabase({ dataDir, isBrief: true }))

    expect(error).toBeInstanceOf(DataFolderInUseError)
    expect(error.message).toContain(`process ${database.pid}`)
    expect(await asOwner(database)`select 1 as alive`).toEqual([{ alive: 1 }])
  })
})

it('takes over the lock of a process whose id now belongs to another', async () => {
  writeFileSync(join(dataDir, 'lock'), JSON.stringify({ pid: process.pid, startedAt: '1' }))

  await open(async (database) => {
    expect(await asOwner(database)`select 1 as one`).toEqual([{ one: 1 }])
  })
})

it('loses no acknowledged commit to kill -9, and opens again over the dead lock', async () => {
  const lost: string[] = []
  const database = await startLocalDatabase({ dataDir, isBrief: true, onLost: (reason) => lost.push(reason) })
  const sql = asOwner(database)
  const acknowledged: number[] = []
  const writing = (async () => {
    for (let id = 1; ; id++) {
      await sql`insert into written values (${id})`
      acknowledged.push(id)
    }
  })().catch(() => {})
  await expect.poll(() => acknowledged.length, { timeout: 10_000 }).toBeGreaterThan(30)

  process.kill(database.pid, 'SIGKILL')
  await writing

  await expect.poll(() => lost).toEqual(["the local database's process ended (SIGKILL)"])
  expect(existsSync(join(dataDir, 'lock'))).toBe(true)
  await open(async (again) => {
    const rows = await asOwner(again)`select id from written order by id`
    expect(rows.map(({ id }) => id).slice(0, acknowledged.length)).toEqual(acknowledged)
  })
})

it.each([
  ['a damaged control file', (cluster: string) => writeFileSync(join(cluster, 'global/pg_control'), 'garbage')],
  ['another version', (cluster: string) => writeFileSync(join(cluster, 'PG_VERSION'), '12\n')],
  ['a missing directory', (cluster: string) => rmSync(join(cluster, 'base/5'), { recursive: true })],
])('names a folder that Postgres cannot open: %s', async (name, damage) => {
  const broken = join(folder, name.replaceAll(' ', '-'))
  cpSync(dataDir, broken, { recursive: true })
  damage(join(broken, 'postgres'))

  const error = await failure(startLocalDatabase({ dataDir: broken, isBrief: true }))

  expect(error).toBeInstanceOf(DataFolderCorruptError)
  expect(error.message).toContain(broken)
  expect(existsSync(join(broken, 'lock'))).toBe(false)
})

it('starts over where the making of the cluster was interrupted', async () => {
  const half = join(folder, 'half')
  cpSync(dataDir, half, { recursive: true })
  rmSync(join(half, 'postgres/base'), { recursive: true })
  writeFileSync(join(half, 'postgres.creating'), '')

  const database = await startLocalDatabase({ dataDir: half, isBrief: true })
  const tables = await asOwner(database)`select to_regclass('written') as name`
  await database.stop()

  expect(tables).toEqual([{ name: null }])
})

it('names a busy port', async () => {
  await open(async (database) => {
    const error = await failure(startLocalDatabase({ port: database.port, isBrief: true }))

    expect(error).toBeInstanceOf(PortBusyError)
    expect(error.message).toContain(String(database.port))
  })
})

it.each([
  ['its parent disconnects', (child: ChildProcess) => child.disconnect()],
  ['it receives SIGTERM', (child: ChildProcess) => child.kill('SIGTERM')],
])('ends cleanly when %s, not by SIGINT', async (_name, end) => {
  const child = fork(fileURLToPath(new URL('../../dev/neon/engine-process.ts', import.meta.url).href), [dataDir], {
    execArgv: [],
    serialization: 'advanced',
  })
  await new Promise<void>((resolve) =>
    child.on('message', ({ type }: { type: string }) => type === 'ready' && resolve()),
  )
  child.kill('SIGINT')
  await sleep(100)
  expect(child.exitCode).toBe(null)

  const exit = once(child, 'exit')
  end(child)

  expect(await exit).toEqual([0, null])
  expect(existsSync(join(dataDir, 'lock'))).toBe(false)
})
