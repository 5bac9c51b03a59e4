/** A database that takes rows in bulk, on one connection, as its superuser. */
export interface CopyTarget {
  /** Runs SQL, one statement or several. */
  run(sql: string): Promise<void>
  /** Runs one query. Every value is Postgres' text, or null. */
  rows(sql: string): Promise<Record<string, unknown>[]>
  /**
   * Adds rows and returns how many. `chunks` are COPY's text format (tab-separated, one line per row) and may be cut
   * anywhere; `table` and `columns` are SQL names as they stand in a statement.
   */
  copy(table: string, columns: readonly string[], chunks: Iterable<string>): Promise<number>
}

/** Joins chunks to pieces of whole lines of at least `size` characters, so that memory stays bounded. */
export function* piecesOfLines(chunks: Iterable<string>, size: number): Generator<string> {
  let piece = ''
  for (const chunk of chunks) {
    piece += chunk
    if (piece.length < size) continue
    const end = piece.lastIndexOf('\n') + 1
    if (end > 0) yield piece.slice(0, end)
    piece = piece.slice(end)
  }
  if (piece) yield piece
}
