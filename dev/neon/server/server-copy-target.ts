import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { type CopyTarget, piecesOfLines } from '../copy-target.ts'
import { AS_TEXT } from './as-text.ts'

// What one write to the socket holds; small lines would each pay for a message.
const PIECE_CHARACTERS = 64 * 1024

/** Connects to a server Postgres for bulk work, and disconnects after it. */
export async function withServerCopyTarget<T>(url: string, work: (target: CopyTarget) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(new ServerCopyTarget(client))
  } finally {
    await client.end()
  }
}

class ServerCopyTarget implements CopyTarget {
  readonly #client: pg.Client

  constructor(client: pg.Client) {
    this.#client = client
  }

  async run(sql: string): Promise<void> {
    await this.#client.query(sql)
  }

  async rows(sql: string): Promise<Record<string, unknown>[]> {
    const { rows } = await this.#client.query({ text: sql, types: AS_TEXT })
    return rows
  }

  async copy(table: string, columns: readonly string[], chunks: Iterable<string>): Promise<number> {
    const copy = this.#client.query(copyFrom(`copy ${table} (${columns.join(', ')}) from stdin`))
    await pipeline(Readable.from(piecesOfLines(chunks, PIECE_CHARACTERS)), copy)
    return copy.rowCount
  }
}
