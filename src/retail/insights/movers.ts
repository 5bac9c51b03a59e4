import { toAmount } from '../cents.ts'
import type { Insight } from './insight.ts'
import { deviationsApart, largestBehind, type Segment, SIGNIFICANT, totalOf } from './segment.ts'
import { percent, ratio, signed, type WriteMoney } from './wording.ts'

export interface MoversInput {
  /** What the segments are, in the singular: "category". */
  readonly dimension: string
  readonly segments: readonly Segment[]
  readonly money: WriteMoney
}

const MOST = 3
/** A part must move the whole by at least this much of it. */
const MATERIAL = 0.01
/** Below this much of all movement the parts cancel out, and a share of the sum says nothing. */
const SUM_COUNTS_FROM = 0.1

/** Finds the parts that moved net sales most, each with its share of the change (contribution analysis). */
export function findMovers({ dimension, segments, money }: MoversInput): Insight[] {
  if (segments.length < 2) return []
  const whole = { current: totalOf(segments, 'current'), previous: totalOf(segments, 'previous') }
  const change = whole.current.cents - whole.previous.cents
  const movement = segments.reduce((sum, segment) => sum + Math.abs(changeOf(segment)), 0)
  const base = Math.max(whole.current.cents, whole.previous.cents)
  if (base <= 0) return []
  const sumCounts = Math.abs(change) >= SUM_COUNTS_FROM * movement

  return segments
    .filter((segment) => Math.abs(changeOf(segment)) >= MATERIAL * base)
    .filter(({ current, previous }) => deviationsApart(current, previous) >= SIGNIFICANT)
    .sort((a, b) => Math.abs(changeOf(b)) - Math.abs(changeOf(a)))
    .slice(0, MOST)
    .map((segment) => {
      const own = changeOf(segment)
      const share = sumCounts ? own / change : null
      const line = largestBehind(segment.current, segment.previous)
      const isOneLine = 2 * line >= Math.abs(own)
      return {
        kind: 'mover',
        statement: `${segment.name} ${own < 0 ? 'fell' : 'rose'} by ${money(Math.abs(own))}${growth(segment)}${relation(own, change, share, money)}${isOneLine ? `; one order line alone is ${money(line)}` : ''}.`,
        stakeCents: Math.abs(own),
        evidence: {
          dimension,
          name: segment.name,
          net_sales: toAmount(segment.current.cents),
          net_sales_before: toAmount(segment.previous.cents),
          change: toAmount(own),
          total_change: toAmount(change),
          share_of_change: share === null ? null : ratio(share),
          ...(isOneLine ? { largest_line: toAmount(line) } : {}),
        },
      }
    })
}

function changeOf({ current, previous }: Segment): number {
  return current.cents - previous.cents
}

function growth({ current, previous }: Segment): string {
  if (previous.cents <= 0) return ''
  return ` (${percent(Math.abs(current.cents - previous.cents) / previous.cents)})`
}

function relation(own: number, change: number, share: number | null, money: WriteMoney): string {
  if (share === null) return ', while the parts together hardly changed'
  const whole = `the change of ${signed(change, money)} in net sales`
  return own > 0 === change > 0 ? `: ${percent(share)} of ${whole}` : `, against ${whole}`
}
