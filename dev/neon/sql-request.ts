import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { parseConnectionString } from './connection-string.ts'
import type { Engine, Login, Session } from './engine.ts'
import { WireError } from './errors.ts'
import { MAX_BYTES, type ResultShape, resultJson, tooLarge, toPostgresText } from './neon-json.ts'

/** One `POST /sql`, understood. */
export interface SqlRequest {
  readonly login: Login
  readonly shape: ResultShape
  readonly queries: readonly SqlQuery[]
  /** Absent for a single query, which runs outside a transaction. */
  readonly batch: Batch | undefined
}

interface SqlQuery {
  readonly text: string
  readonly params: readonly (string | null)[]
  readonly arrayMode: boolean
}

interface Batch {
  readonly readOnly: boolean
  readonly deferrable: boolean
  readonly isolation: string | undefined
}

const ISOLATION = new Map([
  ['ReadUncommitted', 'READ UNCOMMITTED'],
  ['ReadCommitted', 'READ COMMITTED'],
  ['RepeatableRead', 'REPEATABLE READ'],
  ['Serializable', 'SERIALIZABLE'],
])

/** Reads headers and body. Throws `WireError` 400 or 413. */
export async function readSqlRequest(request: IncomingMessage): Promise<SqlRequest> {
  const { headers } = request
  const login = parseConnectionString(header(headers, 'neon-connection-string'))
  const shape = { raw: flag(headers, 'neon-raw-text-output'), arrayMode: flag(headers, 'neon-array-mode') }
  const isolation = header(headers, 'neon-batch-isolation-level')
  if (isolation !== undefined && !ISOLATION.has(isolation)) throw new WireError({ message: 'invalid isolation level' })

  const body = parseBody(await readBody(request))
  const queries = Array.isArray(body.queries) ? body.queries : [body]
  return {
    login,
    shape,
    queries: queries.map((query) => readQuery(query, shape)),
    batch: Array.isArray(body.queries)
      ? {
          readOnly: flag(headers, 'neon-batch-read-only'),
          deferrable: flag(headers, 'neon-batch-deferrable'),
          isolation,
        }
      : undefined,
  }
}

/** Runs the request and returns the body of the answer. */
export function answerSqlRequest(engine: Engine, request: SqlRequest, signal: AbortSignal): Promise<string> {
  return engine.withSession(
    request.login,
    (session) => (request.batch ? runBatch(session, request, request.batch) : runSingle(session, request)),
    signal,
  )
}

async function runSingle(session: Session, { queries: [query], shape }: SqlRequest): Promise<string> {
  if (!query) throw unreadable('no query')
  const result = await session.query(query.text, query.params)
  return resultJson(result, { ...shape, arrayMode: query.arrayMode }, MAX_BYTES)
}

async function runBatch(session: Session, { queries, shape }: SqlRequest, batch: Batch): Promise<string> {
  await session.run(startTransaction(batch))
  try {
    const results: string[] = []
    let left = MAX_BYTES
    for (const { text, params, arrayMode } of queries) {
      const json = resultJson(await session.query(text, params), { ...shape, arrayMode }, left)
      left -= Buffer.byteLength(json)
      results.push(json)
    }
    await session.run('COMMIT')
    return `{"results":[${results.join(',')}]}`
  } catch (error) {
    // The first error is the answer; a session too broken to roll back is reset after the request anyway.
    await session.run('ROLLBACK').catch(() => {})
    throw error
  }
}

function startTransaction({ isolation, readOnly, deferrable }: Batch): string {
  const modes: string[] = []
  if (isolation) modes.push(`ISOLATION LEVEL ${ISOLATION.get(isolation)}`)
  if (readOnly) modes.push('READ ONLY')
  if (deferrable) modes.push('DEFERRABLE')
  return `START TRANSACTION ${modes.join(', ')}`
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value[0] : value
}

function flag(headers: IncomingHttpHeaders, name: string): boolean {
  return header(headers, name) === 'true'
}

function readBody(request: IncomingMessage): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const chunks: Buffer[] = []
  let size = 0
  request.on('data', (chunk: Buffer) => {
    size += chunk.length
    // What is over the limit is read and dropped: a client that is still sending could not read the 413.
    if (size > MAX_BYTES) reject(tooLarge(413, 'request'))
    else chunks.push(chunk)
  })
  request.on('end', () => resolve(Buffer.concat(chunks)))
  request.on('error', reject)
  return promise
}

function parseBody(bytes: Buffer): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(bytes.toString())
    if (typeof body === 'object' && body !== null) return body as Record<string, unknown>
  } catch {
    // Answered below: the parser's own words may quote the caller's SQL.
  }
  throw unreadable('not a JSON object')
}

function readQuery(value: unknown, shape: ResultShape): SqlQuery {
  const { query, params = [], arrayMode } = (value ?? {}) as Record<string, unknown>
  if (typeof query !== 'string') throw unreadable('no query text')
  if (!Array.isArray(params)) throw unreadable('params is not a list')
  return {
    text: query.toWellFormed(),
    params: params.map(toPostgresText),
    arrayMode: typeof arrayMode === 'boolean' ? arrayMode : shape.arrayMode,
  }
}

function unreadable(why: string): WireError {
  return new WireError({ message: `could not parse the HTTP request body: ${why}` })
}
