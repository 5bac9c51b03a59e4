import { z } from 'zod'
import type { QueryType } from './metrics.ts'

/**
 * How long one session's questions took at the database, per kind. Memory is bounded: percentiles are of the last 200
 * questions of a kind, and of slow ones the last 20 are kept.
 */

/** From here on a question is slow. */
export const SLOW_MS = 1_000
const RECENT = 200
const SLOW_KEPT = 20

const measured = z.object({
  count: z.number(),
  failed: z.number(),
  slow: z.number(),
  sum_ms: z.number(),
  min_ms: z.number(),
  max_ms: z.number(),
  recent_ms: z.array(z.number()),
})
const slowQuery = z.object({
  at: z.string().describe('UTC, ISO 8601'),
  operation: z.string(),
  query_hash: z.string().describe('First 8 hexadecimal digits of the SHA-256 of the SQL'),
  duration: z.number(),
  rows: z.number().nullable(),
})

/** Schema of what a session writes down of it. */
export const performanceState = z.object({
  since: z.number(),
  operations: z.record(z.string(), measured),
  slow: z.array(slowQuery),
})
export type PerformanceState = z.output<typeof performanceState>

/** One question that reached the database and came back, well or not. */
export interface Measurement {
  readonly operation: QueryType
  readonly milliseconds: number
  readonly hasFailed: boolean
  readonly rows: number | undefined
  readonly queryHash: string
  readonly at: number
}

/** Durations of one kind of questions, in seconds. */
export interface OperationSummary {
  readonly count: number
  readonly failed: number
  readonly avg_duration: number
  readonly min_duration: number
  readonly max_duration: number
  readonly p50_duration: number
  readonly p95_duration: number
  readonly slow_queries: number
}

export interface PerformanceSummary {
  readonly since: string
  readonly unit: 'seconds'
  readonly slow_from: number
  readonly operations: Readonly<Record<string, OperationSummary>>
  readonly slow_queries: PerformanceState['slow']
}

export interface Performance {
  add(measurement: Measurement): void
  summary(): PerformanceSummary
  state(): PerformanceState
}

/** Goes on from `state`, if there is one. */
export function createPerformance(now: number, state?: PerformanceState): Performance {
  const kept: PerformanceState = structuredClone(state ?? { since: now, operations: {}, slow: [] })
  return {
    add({ operation, milliseconds, hasFailed, rows, queryHash, at }) {
      const one = kept.operations[operation] ?? nothing()
      kept.operations[operation] = {
        count: one.count + 1,
        failed: one.failed + (hasFailed ? 1 : 0),
        slow: one.slow + (milliseconds > SLOW_MS ? 1 : 0),
        sum_ms: one.sum_ms + milliseconds,
        min_ms: Math.min(one.min_ms, milliseconds),
        max_ms: Math.max(one.max_ms, milliseconds),
        recent_ms: [...one.recent_ms.slice(-(RECENT - 1)), milliseconds],
      }
      if (milliseconds <= SLOW_MS) return
      const slow = {
        at: new Date(at).toISOString(),
        operation,
        query_hash: queryHash,
        duration: toSeconds(milliseconds),
        rows: rows ?? null,
      }
      kept.slow = [...kept.slow.slice(-(SLOW_KEPT - 1)), slow]
    },
    summary: () => ({
      since: new Date(kept.since).toISOString(),
      unit: 'seconds',
      slow_from: SLOW_MS / 1000,
      operations: Object.fromEntries(Object.entries(kept.operations).map(([name, one]) => [name, summarise(one)])),
      slow_queries: [...kept.slow],
    }),
    state: () => structuredClone(kept),
  }
}

function nothing(): z.output<typeof measured> {
  // Larger than any duration, and a number that JSON has.
  const min_ms = Number.MAX_SAFE_INTEGER
  return { count: 0, failed: 0, slow: 0, sum_ms: 0, min_ms, max_ms: 0, recent_ms: [] }
}

function summarise(one: z.output<typeof measured>): OperationSummary {
  const sorted = [...one.recent_ms].sort((a, b) => a - b)
  return {
    count: one.count,
    failed: one.failed,
    avg_duration: toSeconds(one.sum_ms / one.count),
    min_duration: toSeconds(one.min_ms),
    max_duration: toSeconds(one.max_ms),
    p50_duration: toSeconds(percentile(sorted, 0.5)),
    p95_duration: toSeconds(percentile(sorted, 0.95)),
    slow_queries: one.slow,
  }
}

/** The nearest rank: the smallest value that is not exceeded by the given part of all. */
function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0
}

function toSeconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000
}
