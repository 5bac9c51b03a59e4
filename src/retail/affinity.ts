import { z } from 'zod'
import type { Cell } from '../db/decode.ts'
import type { ValidationError } from '../errors.ts'
import { AFFINITY_COLUMNS, type AffinityQuestion, affinityQuery } from './affinity-query.ts'
import { readParts } from './parts.ts'
import { type Period, parsePeriod } from './period.ts'
import { askScoped, type StoreAccess, type StoreChoice } from './store-scope.ts'
import { noCategory, noProduct } from './unknown-names.ts'

/** What is bought together: answers of get_product_affinity. */

/** What a caller may choose. */
export type AffinityChoice = Pick<AffinityQuestion, 'level' | 'anchor' | 'minSupport' | 'limit'> & {
  readonly store: StoreChoice
  /** As `parsePeriod` reads it. */
  readonly timePeriod: string
  readonly fresh: boolean
}

const total = z.object({ baskets: z.number(), least: z.number() })
const row = z.array(z.custom<Cell>(() => true))
const MOST_NAMED = 10

/** Finds what is bought together, in one round trip; throws `ValidationError` when nothing in the catalogue fits the anchor. */
export async function readAffinity(access: StoreAccess, choice: AffinityChoice) {
  const now = access.now()
  let period: Period | undefined
  const { scope, answer } = await askScoped(
    access,
    { ...choice.store, operation: 'report', fresh: choice.fresh },
    ({ stores, isAll, calendar }) => {
      period = parsePeriod(choice.timePeriod, calendar, now)
      const { start, end } = period
      const storeIds = isAll ? null : stores.map(({ store_id }) => store_id)
      return [affinityQuery({ ...choice, storeIds, start, end })]
    },
  )
  if (period === undefined) throw new Error('the question had no period')
  const read = readParts(answer.results[0])
  const matched = read.of('matched').map(String)
  if (choice.anchor !== null && matched.length === 0) throw noMatch(choice.anchor, read.of('known').map(String))
  const [asOf = null] = read.of('as_of')
  const { baskets, least } = total.parse(read.of('total')[0])
  const name = choice.anchor === null ? undefined : matched.length === 1 ? matched[0] : choice.anchor.text
  const rows = read.of('row').map((data) => row.parse(data))
  return {
    scope,
    period,
    cached: answer.cached,
    baskets,
    least,
    dataAsOf: asOf === null ? null : new Date(String(asOf)).toISOString(),
    matched: matched.slice(0, MOST_NAMED),
    matchedCount: matched.length,
    rows: rows.slice(0, choice.limit).map(([item = null, ...rest]) => [item ?? name ?? null, ...rest]),
    isCut: rows.length > choice.limit,
  }
}

function noMatch(
  { kind, text }: NonNullable<AffinityChoice['anchor']>,
  categories: readonly string[],
): ValidationError {
  return kind === 'category' ? noCategory(text, categories) : noProduct(text)
}

/** The columns of the rows of an answer. */
export const affinityColumns = AFFINITY_COLUMNS.map(([name, type]) => ({ name, type }))
