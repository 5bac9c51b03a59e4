import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Engine } from './engine.ts'
import { type PostgresFields, WireError } from './errors.ts'
import type { Fault } from './faults.ts'
import type { RequestLog } from './request-log.ts'
import { answerSqlRequest, readSqlRequest, type SqlRequest } from './sql-request.ts'

interface Context {
  readonly engine: Engine
  readonly log: RequestLog
  readonly fault: Fault | undefined
}

/** Status in the log of what a fault has answered; that of `status` is ordered. */
const STATUS_OF: Partial<Record<Fault['mode'], number>> = { refuse: 0, garbage: 200, huge: 200 }

// What nginx logs for a client that did not wait; nobody receives it.
const CLIENT_GONE = 499

/** Answers one `POST /sql`, suffering `fault` if there is one, and writes it into the log. */
export async function serveSql(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  const { engine, log, fault } = context
  const started = performance.now()
  const record = (status: number, sql?: SqlRequest) =>
    log.add({
      user: sql?.login.user ?? '',
      queries: sql?.queries.length ?? 0,
      readOnly: sql?.batch?.readOnly ?? false,
      isolation: sql?.batch?.isolation,
      ms: performance.now() - started,
      status,
    })

  if (fault && (await sufferBefore(fault, request, response))) return record(STATUS_OF[fault.mode] ?? fault.status)

  const gone = new AbortController()
  response.on('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  let sql: SqlRequest | undefined
  let answer: Answer
  try {
    sql = await readSqlRequest(request)
    answer = { status: 200, body: await answerSqlRequest(engine, sql, gone.signal), headers: echo(request) }
  } catch (error) {
    if (gone.signal.aborted) return record(CLIENT_GONE, sql)
    answer = errorAnswer(error)
  }

  // Recorded before it is sent: a test that has its answer finds it in the log.
  record(answer.status, sql)
  send(response, answer, fault?.dropAfterBytes)
}

const CHUNK = Buffer.alloc(1024 * 1024, '[')

/** Without a length, so that nothing but the reader's own limit ends it. */
async function sendNonsense(response: ServerResponse, mode: 'garbage' | 'huge'): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'application/json' })
  for (let sent = 0; mode === 'huge' && sent < 256 && !response.destroyed; sent += 1) {
    if (!response.write(CHUNK)) {
      await Promise.race([once(response, 'drain'), once(response, 'close')])
    }
  }
  response.end('<html>Bad gateway</html>')
}

interface Answer {
  readonly status: number
  readonly body: string
  readonly headers: Record<string, string>
}

/** Returns true when the fault has ended the request. */
async function sufferBefore(fault: Fault, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  if (fault.delayMs > 0) await sleep(fault.delayMs)
  if (fault.mode === 'refuse') request.socket.destroy()
  else if (fault.mode === 'status') {
    request.resume()
    send(response, { status: fault.status, body: '{"message":"ordered by /faults"}', headers: {} })
  } else if (fault.mode !== 'none') {
    request.resume()
    await sendNonsense(response, fault.mode)
  }
  return fault.mode !== 'none'
}

function send(response: ServerResponse, { status, body, headers }: Answer, dropAfterBytes?: number): void {
  const bytes = Buffer.from(body)
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': bytes.length, ...headers })
  if (dropAfterBytes === undefined) response.end(bytes)
  else response.write(bytes.subarray(0, dropAfterBytes), () => response.destroy())
}

const ECHOED = ['neon-batch-read-only', 'neon-batch-deferrable', 'neon-batch-isolation-level']

function echo({ headers }: IncomingMessage): Record<string, string> {
  const set = ECHOED.map((name) => [name, headers[name]] as const).filter(([, value]) => value && value !== 'false')
  return Object.fromEntries(set) as Record<string, string>
}

// The driver copies these names, and no others, from a 400 into its NeonDbError.
const FIELDS = [
  'detail',
  'hint',
  'position',
  'internalPosition',
  'internalQuery',
  'where',
  'table',
  'column',
  'schema',
  'dataType',
  'constraint',
  'file',
  'line',
  'routine',
] as const satisfies readonly (keyof PostgresFields)[]

function errorAnswer(error: unknown): Answer {
  const fields = error instanceof WireError ? error.fields : { message: 'the local endpoint failed' }
  // Only a defect of ours gets here without being a WireError; the developer at the terminal is its reader.
  if (!(error instanceof WireError)) console.error(error)
  const body = {
    message: fields.message,
    code: fields.code ?? '',
    severity: fields.severity ?? '',
    ...Object.fromEntries(FIELDS.map((name) => [name, fields[name] ?? null])),
  }
  return { status: error instanceof WireError ? error.status : 500, body: JSON.stringify(body), headers: {} }
}
