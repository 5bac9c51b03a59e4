import { toAmount } from '../cents.ts'
import type { Insight } from './insight.ts'
import { percent, ratio, type WriteMoney } from './wording.ts'

/** Net sales of one complete period. */
export interface Point {
  /** The period's first day (yyyy-mm-dd), or another name for it. */
  readonly label: string
  readonly cents: number
}

export interface StreakInput {
  /** Complete periods of one length, in order. */
  readonly points: readonly Point[]
  /** What they are, in the singular: "week". */
  readonly unit: string
  readonly money: WriteMoney
}

/** k changes in one direction come about by chance once in (k + 1)! times; at four, once in 120. */
const LEAST_CHANGES = 4
const LEAST_CHANGE = 0.1

/** Tells when net sales rose, or fell, in each of the last four periods or more, and by a tenth at least. */
export function findStreak({ points, unit, money }: StreakInput): Insight[] {
  const last = points.at(-1)
  if (last === undefined) return []
  const direction = Math.sign(last.cents - (points.at(-2)?.cents ?? last.cents))
  let start = points.length - 1
  while (start > 0 && direction !== 0 && stepTo(points, start) === direction) start -= 1
  const first = points[start]
  const changes = points.length - 1 - start
  if (first === undefined || changes < LEAST_CHANGES || first.cents <= 0) return []
  const change = last.cents - first.cents
  if (Math.abs(change) < LEAST_CHANGE * first.cents) return []
  return [
    {
      kind: 'streak',
      statement: `Net sales ${direction < 0 ? 'fell' : 'rose'} ${changes} ${unit}s in a row, from ${money(first.cents)} to ${money(last.cents)} (${percent(Math.abs(change) / first.cents)}), since the ${unit} of ${first.label}.`,
      stakeCents: Math.abs(change),
      evidence: {
        unit,
        changes,
        from: first.label,
        to: last.label,
        net_sales_first: toAmount(first.cents),
        net_sales_last: toAmount(last.cents),
        change_ratio: ratio(change / first.cents),
      },
    },
  ]
}

function stepTo(points: readonly Point[], at: number): number {
  return Math.sign((points[at]?.cents ?? 0) - (points[at - 1]?.cents ?? 0))
}
