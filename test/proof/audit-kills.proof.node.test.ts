import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { verifyAudit } from '../../ops/audit-commands.ts'
import { openOwnerPool } from '../../sql/connect.ts'
import { openDoor } from '../wall/door.ts'
import { type KillableWorker, startKillableWorker } from './node/killable-worker.ts'
import { type OwnDatabase, startOwnDatabase } from './node/own-database.ts'

/** The process is killed and the database cut off in the middle of a thousand calls: no entry is lost, none is there twice. */

const CALLS = 1_000
const AT_ONCE = 4
const KILL_AFTER = [150, 350, 600, 800]
const CUT_EVERY = 70
const PEOPLE = ['seattle', 'redmond', 'tacoma', 'bellevue', 'everett', 'kirkland', 'spokane']

let database: OwnDatabase
let folder: string
let worker: KillableWorker

beforeAll(async () => {
  database = await startOwnDatabase()
  folder = await mkdtemp(join(tmpdir(), 'zava-audit-'))
  worker = await startKillableWorker(database, folder)
})
afterAll(async () => {
  await worker?.kill()
  await database?.stop()
  await rm(folder, { recursive: true, force: true })
})

it('a thousand calls, killed four times: every answered call is in the trail once', { timeout: 900_000 }, async () => {
  const answered = new Set<string>()
  let started = 0
  let kills = 0
  let isBack: Promise<void> = Promise.resolve()
  const restart = async () => {
    await worker.kill()
    worker = await startKillableWorker(database, folder)
  }

  const next = async (): Promise<void> => {
    while (started < CALLS) {
      started += 1
      const mine = started
      const mark = `mark-${mine}`
      // By turns before anything runs, and when the statement has run and only its answer is lost.
      if (mine % CUT_EVERY === 0) await orderFault({ mode: 'refuse', count: 3 })
      if (mine % CUT_EVERY === CUT_EVERY / 2) await orderFault({ mode: 'none', dropAfterBytes: 9, count: 2 })
      if (KILL_AFTER.includes(mine)) {
        kills += 1
        isBack = restart()
      }
      // What is under way when the process dies is cut off; what comes after waits for the next process.
      await isBack
      // Several people, because each of them may ask so often a minute only.
      const who = PEOPLE[mine % PEOPLE.length] ?? 'seattle'
      if (await worker.call(who, { postgresql_query: `select '${mark}' as mark` })) answered.add(mark)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, next))
  const marks = await untilDelivered(answered)
  expect(kills).toBe(KILL_AFTER.length)
  expect(answered.size).toBeGreaterThan(CALLS / 2)
  expect([...answered].filter((mark) => !marks.includes(mark))).toEqual([])
  expect(marks.filter((mark, i) => marks.indexOf(mark) !== i)).toEqual([])
  const pool = openOwnerPool(database.ownerUrl, database.endpoint)
  expect((await verifyAudit(pool).finally(() => pool.end())).findings).toEqual([])
})

async function recordedMarks(): Promise<string[]> {
  const owner = openDoor(database.ownerUrl, database.endpoint)
  const [rows = []] = await owner.run([
    `select substring(entry ->> 'arguments' from 'mark-[0-9]+') as mark from app.audit_log where entry ->> 'arguments' like '%mark-%'`,
  ])
  return rows.map(({ mark }) => String(mark))
}

/**
 * The marks recorded once all of `answered` are among them, or after ten minutes: entries gather for some seconds,
 * and longer after a delivery that failed. Their number would not do, since calls that failed are recorded too.
 */
async function untilDelivered(answered: Set<string>): Promise<string[]> {
  const until = Date.now() + 600_000
  for (;;) {
    const marks = await recordedMarks()
    const there = new Set(marks)
    if ([...answered].every((mark) => there.has(mark)) || Date.now() > until) return marks
    await sleep(5_000)
  }
}

async function orderFault(fault: object): Promise<void> {
  await (await fetch(new URL('/faults', database.endpoint), { method: 'POST', body: JSON.stringify(fault) })).text()
}
