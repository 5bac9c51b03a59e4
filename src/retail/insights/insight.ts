import { z } from 'zod'
import { toAmount } from '../cents.ts'

/** What an insight may be about. */
export const INSIGHT_KINDS = [
  'mover',
  'mix_and_price',
  'weekday_anomaly',
  'streak',
  'discount_without_volume',
  'stock_before_peak',
  'out_of_stock',
  'dead_stock',
] as const

/** Schema of an insight as an answer carries it. */
export const insight = z.object({
  kind: z.enum(INSIGHT_KINDS),
  statement: z.string(),
  money_at_stake: z.number(),
  evidence: z.record(z.string(), z.unknown()).describe('The numbers behind the statement'),
})

/** A computed statement with the numbers that it rests on; `stakeCents` ranks it among the others. */
export interface Insight {
  readonly kind: (typeof INSIGHT_KINDS)[number]
  readonly statement: string
  readonly stakeCents: number
  readonly evidence: Readonly<Record<string, string | number | null>>
}

/** Most insights of one answer, unless told: few and true beats many. */
const MOST = 5

/** Puts the insights with the most money at stake first, and shows at most `limit` of them, 5 unless told. */
export function rankInsights(found: readonly Insight[], limit = MOST): z.output<typeof insight>[] {
  return [...found]
    .sort((a, b) => b.stakeCents - a.stakeCents || compare(a.kind, b.kind) || compare(a.statement, b.statement))
    .slice(0, limit)
    .map(({ kind, statement, stakeCents, evidence }) => ({
      kind,
      statement,
      money_at_stake: toAmount(stakeCents),
      evidence: { ...evidence },
    }))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
