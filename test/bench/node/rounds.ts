/** A way of doing the work, by name. */
export interface Way {
  readonly name: string
  /** Makes what it needs anew each time; its time does not count. */
  prepare?(): Promise<void>
  /** Does it once. */
  run(): Promise<void>
}

/** What one way took. */
export interface Timing {
  readonly name: string
  /** Milliseconds. */
  readonly p50: number
  readonly p95: number
  readonly p99: number
  /** 90 % of the runs lie within this many milliseconds around the median. */
  readonly spread: number
  readonly runs: number
}

export interface Rounds {
  readonly rounds: number
  /** Rounds before those; they do not count. */
  readonly warmUp: number
  /** After these, no more are begun once `withinMs` have passed. */
  readonly atLeast?: number
  readonly withinMs?: number
}

/**
 * Times several ways of doing the same work in alternating order, round by round, so that whatever else the machine does falls
 * on all of them.
 */
export async function timeInTurns(
  ways: readonly Way[],
  { rounds, warmUp, atLeast = rounds, withinMs = Number.POSITIVE_INFINITY }: Rounds,
) {
  const samples = ways.map(() => [] as number[])
  let began = performance.now()
  for (let round = -warmUp; round < rounds; round += 1) {
    if (round === 0) began = performance.now()
    if (round >= atLeast && performance.now() - began > withinMs) break
    const order = ways.map((_, i) => (round % 2 === 0 ? i : ways.length - 1 - i))
    for (const i of order) {
      await ways[i]?.prepare?.()
      const started = performance.now()
      await ways[i]?.run()
      if (round >= 0) samples[i]?.push(performance.now() - started)
    }
  }
  return ways.map(({ name }, i) => describe(name, samples[i] ?? []))
}

/** Summarises the samples of one way, in milliseconds. */
export function describe(name: string, samples: readonly number[]): Timing {
  const sorted = [...samples].sort((a, b) => a - b)
  return {
    name,
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    spread: quantile(sorted, 0.95) - quantile(sorted, 0.05),
    runs: sorted.length,
  }
}

/** The value below which a share of sorted numbers lies (nearest rank); NaN for none. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN
}

/** The geometric mean: what ratios are averaged by. */
export function geometricMean(ratios: readonly number[]): number {
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length)
}
