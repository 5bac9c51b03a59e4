import type { Kept } from './kept.ts'
import type { Stacks } from './stack.ts'

/** What one measure of an area says, beside what it is compared with. */
export interface Measure {
  readonly measure: string
  readonly value: number
  /** `x` for ratios, `ms`, `KiB`, `rows`, `requests`, `tokens` … */
  readonly unit: string
  /** What the value must be at most (or at least), as design sets it; absent where there is no target. */
  readonly target?: { readonly atMost: number } | { readonly atLeast: number }
  /** In words: what the value stands beside, or how it was come by. */
  readonly against: string
  /** Counts fail a build; times and ratios of times are printed and never do. */
  readonly isCount?: boolean
}

/** What every area is run with. */
export interface BenchOptions {
  /** Fewer rounds and smaller data, for CI. */
  readonly isQuick: boolean
  /** A superuser's URL of a server Postgres; the embedded engine alone when absent. */
  readonly serverUrl: string | undefined
  readonly stacks: Stacks
  readonly kept: Kept
  readonly say: (text: string) => void
  /** Says that the area holds no times from here on. */
  timesTaken(): void
}

/** What an area has that makes something before its turn. */
export type PrepareOptions = Omit<BenchOptions, 'say' | 'timesTaken'>

/** One part of the bench: starts what it needs, measures, stops it. */
export interface Area {
  readonly name: string
  readonly title: string
  /** It holds no times: what later areas need may be made beside it. */
  readonly onlyCounts?: boolean
  /** Makes what takes long to make and is not measured; `run` takes it from `kept` or `stacks`, and makes it when it is not there. */
  prepare?(options: PrepareOptions): Promise<unknown>
  run(options: BenchOptions): Promise<Measure[]>
}

/** Whether a measure keeps its target; true where there is none. */
export function isKept({ value, target }: Measure): boolean {
  if (target === undefined) return true
  return 'atMost' in target ? value <= target.atMost : value >= target.atLeast
}
