/**
 * The text that is executed around a caller's query: it cuts rows and bytes inside the database, so that a row of
 * 100 MB never leaves it. It streams: nothing but the rows of the answer is held.
 *
 * - The caller's text is the parser's own slice, complete in itself, so it cannot close our parenthesis; the newline
 *   after it ends a trailing `--` comment.
 * - `row(q.*)::text` measures a row whatever its columns are called; `q::text` would read a column named q instead.
 * - `q.*` and `order by 1` name no column of the caller, so duplicates and any name pass.
 * - One row beyond the limit is asked for. A row beyond the byte cap arrives as nulls, its wrapper columns too.
 */

/** Budget of one answer. */
export interface WrapLimits {
  /** Rows of the answer; one more is probed. */
  readonly maxRows: number
  /** Bytes of all rows in Postgres' text form. */
  readonly maxBytes: number
}

/** Columns that the wrapper puts before the caller's: the row's number and the bytes up to and with it. */
export const WRAPPER_COLUMNS = 2

/** An answer without its wrapper. */
export interface WrappedAnswer<Cell> {
  readonly rows: readonly (readonly Cell[])[]
  /** What cut the answer short, if anything. */
  readonly truncatedBy: 'rows' | 'bytes' | undefined
}

/** Wraps a checked query. Run the result with the extended protocol only. */
export function wrapSql({ text }: { readonly text: string }, { maxRows, maxBytes }: WrapLimits): string {
  const number = unusedName('row_number', text)
  const bytes = unusedName('row_bytes', text)
  return `select x.* from (
select row_number() over w, sum(octet_length(row(q.*)::text)) over w, q.* from (
${text}
) as q window w as (rows unbounded preceding) limit ${wholeNumber(maxRows) + 1}
) as w (${number}, ${bytes}) left join lateral (select w.* where w.${bytes} <= ${wholeNumber(maxBytes)}) as x on true order by 1`
}

/** Takes the wrapper off an answer in array form. */
export function unwrapRows<Cell>(
  answer: readonly (readonly Cell[])[],
  { maxRows }: Pick<WrapLimits, 'maxRows'>,
): WrappedAnswer<Cell> {
  const kept = answer.filter((row) => row[0] !== null)
  const rows = kept.slice(0, maxRows).map((row) => row.slice(WRAPPER_COLUMNS))
  if (rows.length === maxRows && answer.length > maxRows) return { rows, truncatedBy: 'rows' }
  return { rows, truncatedBy: kept.length < answer.length ? 'bytes' : undefined }
}

/** Postgres would call a name ambiguous that the caller uses too. */
function unusedName(name: string, text: string): string {
  const lower = text.toLowerCase()
  let candidate = `the_${name}`
  while (lower.includes(candidate)) candidate = `${candidate}_`
  return candidate
}

function wholeNumber(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('A limit must be a whole number.')
  return value
}
