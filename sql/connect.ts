import { pipeline } from 'node:stream/promises'
import { Pool as NeonPool, neonConfig } from '@neondatabase/serverless'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'

/** The part of a pool that the scripts use; the pools of both drivers satisfy it. */
export interface OwnerPool {
  connect(): Promise<OwnerClient>
  end(): Promise<void>
}

export interface OwnerClient {
  /** `rowCount` says how many rows were returned, or written where none are. */
  query(text: string, values?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[]; rowCount: number }>
  /** Sends text in COPY's own format to `copy … from stdin`; absent where the way to the server has no COPY. */
  copyIn?(sql: string, text: AsyncIterable<string>): Promise<void>
  release(): void
}

/** Bounds of a script's pool: it keeps two connections, opens at most ten, closes one after 300 s of rest. */
const BOUNDS = { min: 2, max: 10, idleTimeoutMillis: 300_000, connectionTimeoutMillis: 15_000 }

/**
 * Opens a pool as the database's owner: over WebSocket for Neon and for the local endpoint, over TCP for any other server.
 * `endpoint` is the local endpoint's URL (`http://127.0.0.1:PORT/sql`), absent for a real server.
 */
export function openOwnerPool(url: string, endpoint?: string): OwnerPool {
  const { hostname } = new URL(url)
  if (endpoint === undefined && !hostname.endsWith('.neon.tech'))
    return asOwnerPool(new pg.Pool({ connectionString: url, ...BOUNDS }))
  if (endpoint === undefined) return asOwnerPool(new NeonPool({ connectionString: url, ...BOUNDS }))
  // The driver has one configuration for all pools, so that the way to this endpoint must stand in its own URL.
  const local = new URL(url)
  local.host = new URL(endpoint).host
  neonConfig.wsProxy = (host, port) => `${host}:${port}/v2`
  neonConfig.useSecureWebSocket = false
  neonConfig.pipelineConnect = false
  return asOwnerPool(new NeonPool({ connectionString: local.href, ...BOUNDS }))
}

/** A WebSocket tells of its failure by an event, which is no error and says nothing when it is written. */
function unreachable(cause: unknown): never {
  if (cause instanceof Error) throw cause
  const { message = '', error } = cause as { message?: string; error?: unknown }
  const why = message !== '' ? message : error instanceof Error ? error.message : 'the connection failed'
  throw new Error(`The database does not answer: ${why}`, { cause })
}

function asOwnerPool(pool: pg.Pool | NeonPool): OwnerPool {
  // An idle connection that the server closes is not the script's failure; the next query opens another.
  pool.on('error', () => {})
  return {
    async connect() {
      // Neon's client is pg's over another socket; its types are a copy that TypeScript cannot tell to be one.
      const client = (await pool.connect().catch(unreachable)) as pg.PoolClient
      return {
        query: async (text, values) => {
          const result = await (values === undefined ? client.query(text) : client.query(text, [...values]))
          return { rows: (result.rows ?? []) as Record<string, unknown>[], rowCount: result.rowCount ?? 0 }
        },
        ...(pool instanceof pg.Pool
          ? { copyIn: (sql: string, text: AsyncIterable<string>) => pipeline(text, client.query(copyFrom(sql))) }
          : {}),
        release: () => client.release(),
      }
    },
    end: () => pool.end(),
  }
}

/** Runs `work` in one transaction of the pool: commits when it returns, rolls back when it throws. */
export async function inTransaction<T>(pool: OwnerPool, work: (client: OwnerClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    client.release()
  }
}
