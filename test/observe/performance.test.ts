import { describe, expect, it } from 'vitest'
import { createPerformance, type Measurement } from '../../src/observe/performance.ts'

const took = (milliseconds: number, more: Partial<Measurement> = {}): Measurement => ({
  operation: 'report',
  milliseconds,
  hasFailed: false,
  rows: 7,
  queryHash: 'abcd1234',
  at: Date.UTC(2026, 0, 1),
  ...more,
})

describe('the performance summary', () => {
  it('tells count, average, shortest, longest, median, 95th percentile and slow ones of known durations', () => {
    const performance = createPerformance(Date.UTC(2026, 0, 1))
    // 10, 20 … 200 ms, and two beyond a second, one of which failed.
    for (let i = 1; i <= 20; i += 1) performance.add(took(i * 10))
    performance.add(took(1_500))
    performance.add(took(2_300, { hasFailed: true, rows: undefined }))
    performance.add(took(1_000, { operation: 'search' }))

    expect(performance.summary()).toEqual({
      since: '2026-01-01T00:00:00.000Z',
      unit: 'seconds',
      slow_from: 1,
      operations: {
        report: {
          count: 22,
          failed: 1,
          avg_duration: 0.268,
          min_duration: 0.01,
          max_duration: 2.3,
          p50_duration: 0.11,
          p95_duration: 1.5,
          slow_queries: 2,
        },
        search: {
          count: 1,
          failed: 0,
          avg_duration: 1,
          min_duration: 1,
          max_duration: 1,
          p50_duration: 1,
          p95_duration: 1,
          slow_queries: 0,
        },
      },
      slow_queries: [
        { at: '2026-01-01T00:00:00.000Z', operation: 'report', query_hash: 'abcd1234', duration: 1.5, rows: 7 },
        { at: '2026-01-01T00:00:00.000Z', operation: 'report', query_hash: 'abcd1234', duration: 2.3, rows: null },
      ],
    })
  })

  it('goes on from what was written down', () => {
    const first = createPerformance(0)
    for (const milliseconds of [10, 30, 1_200]) first.add(took(milliseconds))

    const second = createPerformance(99, JSON.parse(JSON.stringify(first.state())))
    second.add(took(20))

    expect(second.summary().operations.report).toMatchObject({ count: 4, min_duration: 0.01, p50_duration: 0.02 })
    expect(second.summary().since).toBe('1970-01-01T00:00:00.000Z')
  })

  it('stays small however much is asked', () => {
    const performance = createPerformance(0)
    for (let i = 0; i < 5_000; i += 1) performance.add(took(1_001 + i))

    const size = JSON.stringify(performance.state()).length

    expect(performance.summary().operations.report).toMatchObject({ count: 5_000, slow_queries: 5_000 })
    expect(size).toBeLessThan(6_000)
  })
})
