import type { Cell } from '../db/decode.ts'

/** Most bytes of one page of an answer, as JSON. */
export const MAX_PAGE_BYTES = 256 * 1024

/** A part of the rows: what fits, and where the next part begins, if there is one. */
export interface Page {
  readonly rows: readonly (readonly Cell[])[]
  readonly nextOffset: number | undefined
  /** Whether the rows end with this page. */
  readonly isLast: boolean
}

const encoder = new TextEncoder()

/**
 * Takes at most `maxRows` rows from `offset` on, as many as fit into 256 KiB. A row larger than that makes an empty page, and
 * the next one begins behind it.
 */
export function takePage(rows: readonly (readonly Cell[])[], offset: number, maxRows: number): Page {
  let bytes = 0
  let end = offset
  while (end < rows.length && end - offset < maxRows) {
    bytes += encoder.encode(JSON.stringify(rows[end])).length + 1
    if (bytes > MAX_PAGE_BYTES) break
    end += 1
  }
  const next = end === offset ? end + 1 : end
  const isLast = end >= rows.length
  return { rows: rows.slice(offset, end), nextOffset: !isLast && next < rows.length ? next : undefined, isLast }
}
