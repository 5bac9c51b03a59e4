import type { PGlite } from '@electric-sql/pglite'
import { type CopyTarget, piecesOfLines } from '../copy-target.ts'
import { queryBlock, readResult, statementBlock } from './messages.ts'
import type { StatementRunner } from './statement-runner.ts'

const PIECE_CHARACTERS = 4 * 1024 * 1024

/** Copies into the embedded Postgres through PGlite's `/dev/blob`. Its caller keeps every client out meanwhile. */
export class EmbeddedCopyTarget implements CopyTarget {
  readonly #db: PGlite
  readonly #runner: StatementRunner

  constructor(db: PGlite, runner: StatementRunner) {
    this.#db = db
    this.#runner = runner
  }

  async run(sql: string): Promise<void> {
    readResult(this.#runner.raw(queryBlock(sql)))
  }

  async rows(sql: string): Promise<Record<string, unknown>[]> {
    const { fields, rows } = readResult(this.#runner.raw(statementBlock(sql, [])))
    return rows.map((row) => Object.fromEntries(fields.map(({ name }, i) => [name, row[i]])))
  }

  async copy(table: string, columns: readonly string[], chunks: Iterable<string>): Promise<number> {
    const sql = `copy ${table} (${columns.join(', ')}) from '/dev/blob'`
    let copied = 0
    for (const piece of piecesOfLines(chunks, PIECE_CHARACTERS)) {
      const { affectedRows = 0 } = await this.#db.query(sql, [], { blob: new Blob([piece]) })
      copied += affectedRows
    }
    return copied
  }
}
