/** What a caller is told when an answer was cut. */
import type { CheckedSql } from './check.ts'

/** An answer that is shorter than the query's result. */
export interface Truncation {
  readonly truncatedBy: 'rows' | 'bytes'
  /** Rows that the answer has. */
  readonly rows: number
}

/** Says in one or two sentences what is missing and how to ask for less, or for the right part. */
export function explainTruncation(
  { limited, ordered }: Pick<CheckedSql, 'limited' | 'ordered'>,
  { truncatedBy, rows }: Truncation,
): string {
  if (truncatedBy === 'bytes') {
    const shown =
      rows === 0
        ? 'No row is shown: the first one alone is too large.'
        : `Only the first ${rows} rows are shown: more would be too large.`
    return `${shown} Select fewer or shorter columns, for example left(product_description, 200), or aggregate.`
  }
  const shown = `Only the first ${rows} rows are shown`
  if (limited) return `${shown}. Lower the LIMIT, or aggregate with GROUP BY.`
  if (ordered) return `${shown}. The query has no LIMIT: add one, or aggregate with GROUP BY.`
  return `${shown}, in no particular order: add ORDER BY and LIMIT, or aggregate with GROUP BY.`
}
