import { type Cell, decodeObjects } from '../db/decode.ts'
import type { RawResult } from '../db/query.ts'

/** The rows of a statement that answers several things at once: `part` says what a row is, `data` holds it as JSON. */
export interface Parts {
  /** The data of every row of one part, in the order of the statement. */
  of(part: string): readonly Cell[]
}

/** Takes such a result apart. */
export function readParts(result: RawResult | undefined): Parts {
  const byPart = Map.groupBy(result === undefined ? [] : decodeObjects(result), ({ part }) => String(part))
  return { of: (part) => (byPart.get(part) ?? []).map(({ data }) => data ?? null) }
}
