import type { PoolClient, QueryArrayConfig } from 'pg'
import type { Field, Session, StatementResult } from '../engine.ts'
import { AS_TEXT } from './as-text.ts'
import { toWireError } from './pg-error.ts'

/** A pooled connection, lent to one HTTP request. */
export class ServerSession implements Session {
  readonly #client: PoolClient
  readonly #signal: AbortSignal

  constructor(client: PoolClient, signal: AbortSignal) {
    this.#client = client
    this.#signal = signal
  }

  async run(sql: string): Promise<void> {
    await this.query(sql, [])
  }

  async query(text: string, params: readonly (string | null)[]): Promise<StatementResult> {
    this.#signal.throwIfAborted()
    try {
      const result = await this.#client.query(statement(text, params))
      const { command, rowCount } = result
      return { fields: result.fields.map(toField), rows: result.rows, command: command ?? '', rowCount }
    } catch (error) {
      throw toWireError(error)
    }
  }
}

/** `queryMode`: without it node-postgres uses the simple protocol, in which a caller's text may be many statements. */
function statement(text: string, params: readonly (string | null)[]): QueryArrayConfig & { queryMode: 'extended' } {
  return { text, values: [...params], rowMode: 'array', types: AS_TEXT, queryMode: 'extended' }
}

function toField(field: Omit<Field, 'format'>): Field {
  const { name, dataTypeID, tableID, columnID, dataTypeSize, dataTypeModifier } = field
  return { name, dataTypeID, tableID, columnID, dataTypeSize, dataTypeModifier, format: 'text' }
}

// DISCARD ALL cannot follow a ROLLBACK in one message; these are its parts, without the plans.
const RESET = `ROLLBACK; CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; DEALLOCATE ALL; UNLISTEN *;
  SELECT pg_catalog.pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES`

/** Returns a connection to its initial state and to its pool; ends it when that fails. */
export async function resetSession(client: PoolClient): Promise<void> {
  try {
    await client.query(RESET)
    client.release()
  } catch {
    client.release(true)
  }
}
