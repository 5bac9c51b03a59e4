import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { call } from '../calls.ts'
import type { Area, Measure } from './area.ts'
import { startBareWorker } from './bare.ts'
import { quantile } from './rounds.ts'
import { readStored, rowsWritten, type Stored } from './stored.ts'

const CALLS = 20
const HOUR_MS = 3_600_000
/** By then the calls are in the database's audit trail, and out of the session's storage. */
const DELIVERED_MS = 23_000
/** US dollars, from the platform's public price list of the paid plan (Workers, Durable Objects with SQLite), November 2026. */
const PRICE = {
  workerRequest: 0.3 / 1e6,
  objectRequest: 0.15 / 1e6,
  gigabyteSecond: 12.5 / 1e6,
  rowWritten: 1 / 1e6,
  gigabyteMonth: 0.2,
}
/** Memory by which the platform counts an object's time. */
const OBJECT_GB = 0.128

/** What a session stores and writes, and what that costs by the platform's price list. */
export const session: Area = {
  name: 'session',
  title: 'Sessions: rows written, bytes stored, wake-ups, cost',

  async run({ isQuick, stacks, say, timesTaken }) {
    say('starting …')
    const stack = await stacks.get({ size: 'small' })
    const read = () => readSettled(stack.stored, 'Session')
    const empty = await read()
    const { client } = await stack.worker.connectAs('seattle')
    await call(client, 'whoami', {})
    const opened = await read()
    const times: number[] = []
    const alarms = new Map(opened.alarms)
    let written = 0
    let latest = opened
    const look = async () => {
      const stored = await readStored(stack.stored, 'Session')
      written += rowsWritten(latest, stored)
      for (const [id, time] of stored.alarms) alarms.set(id, time)
      latest = stored
    }
    for (let n = 0; n < CALLS; n += 1) {
      const started = performance.now()
      await call(client, 'execute_sales_query', {
        postgresql_query: `select count(*) + ${n} as n from retail.orders`,
      })
      times.push(performance.now() - started)
      await look()
    }
    timesTaken()
    if (!isQuick) say('until the trail is delivered')
    for (const until = performance.now() + (isQuick ? 0 : DELIVERED_MS); performance.now() < until; ) {
      await sleep(500)
      await look()
    }
    const perCall = written / CALLS
    const perSession = rowsWritten(empty, opened)
    const seconds =
      quantile(
        times.sort((a, b) => a - b),
        0.5,
      ) / 1000
    const wakeUps =
      [...alarms.values()].filter((time) => time < Date.now() + HOUR_MS).length / Math.max(1, latest.objects)
    const bytes = latest.bytes / Math.max(1, latest.objects)
    return [
      {
        measure: 'rows written per call',
        value: perCall,
        unit: 'rows',
        target: { atMost: 4 },
        against: `${CALLS} different questions in one session, indexes included, the trail’s delivery ${isQuick ? 'not' : 'too'}`,
        isCount: true,
      },
      {
        measure: 'rows written by a new session and its first call',
        value: perSession,
        unit: 'rows',
        against: `${await rowsOfBareObject()} by an object of the same base class that does nothing`,
      },
      { measure: 'bytes stored by a session', value: bytes / 1024, unit: 'KiB', against: `after ${CALLS + 1} calls` },
      {
        measure: 'wake-ups by a talk and in the hour after',
        value: wakeUps,
        unit: 'alarms',
        against: `what was scheduled meanwhile and is due within an hour; ${(wakeUps / (CALLS + 1)).toFixed(2)} a call`,
      },
      ...costs({ perCall, seconds, wakeUps, bytes }),
    ]
  },
}

/** The local runtime writes a moment after it has answered. */
async function readSettled(folder: string, className: string): Promise<Stored> {
  await sleep(500)
  return readStored(folder, className)
}

const NOTHING: Stored = { tables: new Map(), objects: 0, bytes: 0, alarms: new Map() }

async function rowsOfBareObject(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'zava-bare-'))
  const bare = await startBareWorker({ config: 'object.toml', persistTo: folder })
  try {
    await (await fetch(bare.url)).text()
    return rowsWritten(NOTHING, await readSettled(folder, 'BareObject'))
  } finally {
    await bare.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

function costs(one: { perCall: number; seconds: number; wakeUps: number; bytes: number }): Measure[] {
  const call =
    PRICE.workerRequest +
    PRICE.objectRequest +
    one.seconds * OBJECT_GB * PRICE.gigabyteSecond +
    one.perCall * PRICE.rowWritten
  const idleHour = one.wakeUps * PRICE.objectRequest + (one.bytes / 1e9) * (PRICE.gigabyteMonth / 730)
  return [
    {
      measure: 'cost of 1,000 calls',
      value: call * 1000 * 100,
      unit: 'cents',
      against: `1,000 × (request + object request + ${one.seconds.toFixed(3)} s × ${OBJECT_GB} GB + ${one.perCall.toFixed(1)} rows)`,
    },
    {
      measure: 'cost of 1,000 idle sessions for an hour',
      value: idleHour * 1000 * 100,
      unit: 'cents',
      against: `1,000 × (${one.wakeUps.toFixed(2)} wake-ups + ${(one.bytes / 1024).toFixed(0)} KiB stored)`,
    },
  ]
}
