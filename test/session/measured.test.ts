import { describe, expect, it } from 'vitest'
import type { Answer, Ask } from '../../src/db/database.ts'
import { query } from '../../src/db/query.ts'
import { DatabaseError } from '../../src/errors.ts'
import type { Log, LogFields } from '../../src/observe/log.ts'
import { createPerformance } from '../../src/observe/performance.ts'
import { measured } from '../../src/session/measured.ts'
import { runSql } from '../support/answers.ts'
import { connectAs } from '../support/edge.ts'
import { orderFault } from '../support/endpoint.ts'

const user: Answer['user'] = {
  user_id: '11111111-1111-4111-8111-111111111111',
  email: 'a@b.c',
  display_name: 'A',
  role: 'store_manager',
  membership_version: 1,
  store_count: 1,
}
const PLAN = JSON.stringify([{ Plan: { 'Node Type': 'Seq Scan', 'Relation Name': 'orders', 'Actual Rows': 5 } }])
/** First 8 hexadecimal digits of the SHA-256 of "select 1". */
const HASH = '822ae07d'

interface Line {
  readonly level: string
  readonly message: string
  readonly [field: string]: unknown
}

/** A watched door whose far side takes so long, by a clock that the test holds, and the lines that are logged. */
function watch(milliseconds: number, outcome: Answer['results'] | Error) {
  let now = 0
  const lines: Line[] = []
  const far: Ask = async () => {
    now += milliseconds
    if (outcome instanceof Error) throw outcome
    return { user, results: outcome }
  }
  const performance = createPerformance(0)
  const ask = measured(far, { performance: async () => performance, log: logInto(lines), now: () => now })
  return { ask, performance, lines }
}

function logInto(lines: Line[]): Log {
  const write =
    (level: string) =>
    (message: string, fields: LogFields = {}) => {
      lines.push({ level, message, ...fields })
    }
  return {
    debug: write('debug'),
    info: write('info'),
    warning: write('warning'),
    error: write('error'),
    with: () => logInto(lines),
  }
}

describe('a question to the database', () => {
  it('of more than a second is logged by its hash, with duration and rows, and no SQL', async () => {
    const { ask, lines } = watch(1_001, [{ columns: [], rows: [['a'], ['b']] }])

    await ask([query`select 1`], { operation: 'report' })

    expect(lines).toMatchObject([
      { level: 'warning', message: 'slow query', operation: 'report', query_hash: HASH, milliseconds: 1_001, rows: 2 },
    ])
    expect(JSON.stringify(lines)).not.toContain('select')
  })

  it('of a second is not', async () => {
    const { ask, lines } = watch(1_000, [])

    await ask([query`select 1`], { operation: 'report' })

    expect(lines).toEqual([])
  })

  it('that was run for its plan carries a hash of the plan’s form, whatever its numbers', async () => {
    const hashes = []
    for (const plan of [PLAN, PLAN.replace('5', '6'), PLAN.replace('Seq Scan', 'Index Scan')]) {
      const { ask, lines } = watch(2_000, [{ columns: [{ name: 'plan', typeId: 114 }], rows: [[plan]] }])
      await ask([query`select 1`], { operation: 'free_sql', plan: { collectedBytes: 0, show: true } })
      hashes.push(lines[0]?.plan_hash)
    }

    expect(hashes[0]).toMatch(/^[0-9a-f]{8}$/)
    expect(hashes[1]).toBe(hashes[0])
    expect(hashes[2]).not.toBe(hashes[0])
  })

  it('that failed is logged with hash, duration, kind and code, and counted as failed', async () => {
    const { ask, performance, lines } = watch(12, new DatabaseError('no'))

    await expect(ask([query`select 1`], { operation: 'search' })).rejects.toThrow('no')

    expect(lines).toMatchObject([
      {
        level: 'info',
        message: 'query failed',
        operation: 'search',
        query_hash: HASH,
        milliseconds: 12,
        code: 'DATABASE_ERROR',
      },
    ])
    expect(performance.summary().operations.search).toMatchObject({ count: 1, failed: 1 })
  })
})

it('the resource tells of this session’s own questions, and of no cached ones', async () => {
  const { client } = await connectAs('tacoma', { clientId: 'measured' })
  await runSql(client, 'select 1')
  await runSql(client, 'select 1')
  await orderFault({ mode: 'none', delayMs: 1_100, count: 1 })
  await runSql(client, 'select 2')

  const { contents } = await client.readResource({ uri: 'zava://performance' })
  const { operations, slow_queries } = JSON.parse(String((contents[0] as { text?: string }).text))

  expect(operations).toEqual({
    free_sql: expect.objectContaining({ count: 2, failed: 0, slow_queries: 1 }),
  })
  expect(operations.free_sql.max_duration).toBeGreaterThan(1.1)
  expect(slow_queries).toMatchObject([{ operation: 'free_sql', rows: expect.any(Number) }])
})
