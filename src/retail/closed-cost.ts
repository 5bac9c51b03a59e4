import { ClosedDataError } from '../errors.ts'
import { type MetricName, needsCost } from './metrics.ts'

/**
 * What products cost, an operator may close to everybody (`npm run privacy -- cost off`). A report then says what it can and
 * one sentence about the rest; only who asks for the cost itself, in SQL, is refused.
 */

/** Asks with cost; where that is closed, once more without. */
export function askWithCost<T>(ask: (readsCost: boolean) => Promise<T>): Promise<T> {
  return ask(true).catch((error: unknown) => {
    if (error instanceof ClosedDataError) return ask(false)
    throw error
  })
}

/** Takes the metrics out that need cost; net sales stand in where nothing is left. */
export function withoutCost(metrics: readonly MetricName[]): readonly [MetricName, ...MetricName[]] {
  const [first, ...rest] = metrics.filter((name) => !needsCost(name))
  return first === undefined ? ['net_sales'] : [first, ...rest]
}

/** A report's question without what is closed; a column that goes cannot be sorted by either. */
export function openPart({
  metrics,
  sort_by,
}: {
  readonly metrics: readonly MetricName[]
  readonly sort_by?: string | undefined
}) {
  const isGone = metrics.some((name) => needsCost(name) && sort_by?.startsWith(name) === true)
  return { metrics: [...withoutCost(metrics)], sort_by: isGone ? undefined : sort_by }
}

/** How many of the products that a report may be about have no cost. */
export interface Costless {
  readonly costless: number
  readonly products: number
}

/** The sentence about products whose cost nobody gave; the column holds 0 for it, and a margin of all. */
export function costlessNotice({ costless, products }: Costless): string[] {
  return costless === 0
    ? []
    : [
        `The cost of ${costless} of ${products} products is not known and counts as 0: margins are too high where they were sold.`,
      ]
}

/** The sentence about what was left out, where something was. */
export function costNotice(left: readonly string[]): string[] {
  return left.length === 0 ? [] : [`Product cost is closed in this deployment: left out ${left.join(', ')}.`]
}
