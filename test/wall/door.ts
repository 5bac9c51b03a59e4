import { type FullQueryResults, NeonDbError, neon, neonConfig } from '@neondatabase/serverless'
import { randomHex, signText } from '../../src/hmac.ts'

/**
 * The database as an attacker would have it who got past everything before it: the real driver, the production login,
 * no SQL guard, no `src/db`. Used in workerd and in Node.
 */

/** A statement, with bound values if it has any. */
export type Statement = string | { readonly text: string; readonly values: readonly (string | null)[] }

/** A row by column name; every value is Postgres' own text. */
export type Row = Readonly<Record<string, string | null>>

export interface TransactionOptions {
  readonly readOnly?: boolean
  readonly isolationLevel?: 'ReadCommitted' | 'RepeatableRead'
}

/** One login to one database. */
export interface Door {
  /** Runs statements in one transaction, read-only unless told otherwise, and returns each one's rows. */
  run(statements: readonly Statement[], options?: TransactionOptions): Promise<Row[][]>
}

const AS_TEXT = { getTypeParser: () => (text: string) => text }

/** Makes a door; nothing is sent before the first transaction. */
export function openDoor(url: string, endpoint: string): Door {
  // The endpoint ignores the host in a connection string, so that it can say where the endpoint is.
  const there = new URL(url)
  there.host = new URL(endpoint).host
  return {
    async run(statements, options = {}) {
      neonConfig.fetchEndpoint = (host, port) => `http://${host}:${port}/sql`
      const sql = neon(there.href, { fullResults: true })
      const queries = statements.map((statement) => {
        const { text, values } = typeof statement === 'string' ? { text: statement, values: [] } : statement
        return sql.query(text, [...values], { types: AS_TEXT })
      })
      const results = (await sql.transaction(queries, { readOnly: true, ...options })) as FullQueryResults<false>[]
      return results.map(({ rows }) => rows as Row[])
    },
  }
}

/** What the attacker got: rows, or the error with everything that the database said in it. */
export interface Loot {
  readonly sqlState: string | undefined
  /** Everything that came back, of every statement. */
  readonly text: string
  /** Rows of the last statement. */
  readonly rows: readonly Row[]
}

/** Runs statements and returns what they brought; a database error is loot like any other. */
export async function loot(door: Door, statements: readonly Statement[], options?: TransactionOptions): Promise<Loot> {
  try {
    const results = await door.run(statements, options)
    return { sqlState: undefined, text: JSON.stringify(results), rows: results.at(-1) ?? [] }
  } catch (error) {
    if (!(error instanceof NeonDbError)) throw error
    const { message, detail, hint, where, internalQuery } = error
    return { sqlState: error.code ?? '', text: JSON.stringify([message, detail, hint, where, internalQuery]), rows: [] }
  }
}

/** The parts of a context token; `mintContextToken` of src/db makes the good ones, this one makes the others as well. */
export interface TokenParts {
  readonly userId: string
  readonly keyHex: string
  readonly keyId?: string
  readonly version?: string
  readonly secondsAhead?: number
  readonly nonce?: string
  /** What stands before the body in the signed text. */
  readonly prefix?: string
}

/** Signs a token with whatever it is told. */
export async function signToken(parts: TokenParts): Promise<string> {
  const { userId, keyHex, keyId = 'w1', version = 't1', secondsAhead = 60, nonce = randomHex(16) } = parts
  const body = [version, keyId, userId, Math.floor(Date.now() / 1000) + secondsAhead, nonce].join('.')
  return `${body}.${await signText(keyHex, `${parts.prefix ?? 'tenant:'}${body}`)}`
}

/** Statement 0 of a transaction. */
export function enter(token: string | null): Statement {
  return { text: 'select api.enter($1) as context', values: [token] }
}
