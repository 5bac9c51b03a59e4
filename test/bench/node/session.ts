import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { call } from '../calls.ts'
import type { Area, Measure } from './area.ts'
import { quantile } from './rounds.ts'
import { startBenchStack } from './stack.ts'
import { readStored, rowsWritten } from './stored.ts'

const CALLS = 20
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

  async run({ say }) {
    say('starting …')
    const folder = await mkdtemp(join(tmpdir(), 'zava-session-'))
    const stack = await startBenchStack({ size: 'small', persistTo: folder })
    try {
      const read = async () => {
        // The local runtime writes a moment after it has answered.
        await sleep(500)
        return readStored(folder, 'Session')
      }
      const empty = await read()
      const { client } = await stack.worker.connectAs('seattle')
      await call(client, 'whoami', {})
      const opened = await read()
      const times: number[] = []
      for (let n = 0; n < CALLS; n += 1) {
        const started = performance.now()
        await call(client, 'execute_sales_query', {
          postgresql_query: `select count(*) + ${n} as n from retail.orders`,
        })
        times.push(performance.now() - started)
      }
      const talked = await read()
      const perCall = rowsWritten(opened, talked) / CALLS
      const perSession = rowsWritten(empty, opened)
      const seconds =
        quantile(
          times.sort((a, b) => a - b),
          0.5,
        ) / 1000
      const hourFrom = Date.now() / 1000
      const wakeUps = talked.alarms.filter((time) => time < hourFrom + 3600).length / Math.max(1, talked.objects)
      const bytes = talked.bytes / Math.max(1, talked.objects)
      return [
        {
          measure: 'rows written per call',
          value: perCall,
          unit: 'rows',
          target: { atMost: 4 },
          against: `${CALLS} different questions in one session`,
          isCount: true,
        },
        {
          measure: 'rows written by a new session and its first call',
          value: perSession,
          unit: 'rows',
          against: `${opened.objects - empty.objects} object(s) of Session, the base class’s own tables included`,
        },
        { measure: 'bytes stored by a session', value: bytes / 1024, unit: 'KiB', against: `after ${CALLS + 1} calls` },
        {
          measure: 'wake-ups in the hour after',
          value: wakeUps,
          unit: 'alarms',
          against: 'schedules of the session that fall due within an hour',
        },
        ...costs({ perCall, seconds, wakeUps, bytes }),
      ]
    } finally {
      await stack.stop()
      await rm(folder, { recursive: true, force: true })
    }
  },
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
