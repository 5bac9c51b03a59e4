import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

export interface Exchange {
  /** What stands in the place of `:name`, in order. */
  readonly params: readonly string[]
  readonly search: URLSearchParams
  readonly body: unknown
  readonly raw: Buffer
  readonly headers: IncomingMessage['headers']
}

export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

/** A refusal instead of the answer, so often. */
export interface Fault {
  /** `POST /projects/:project/branches`, as the routes are written. */
  readonly route: string
  readonly status: number
  readonly times: number
  /** So many requests are answered as always before. */
  readonly after?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export interface JsonServer {
  readonly url: string
  /** Every request so far: `POST /projects 201`. */
  readonly log: string[]
  /** Everything that came in, to be searched for what must not have. */
  readonly seen: string[]
  fail(fault: Fault): void
  /** Asked before every answer what becomes of it; each new one takes the place of the one before. */
  intercept(decide: (route: string) => Fate): void
  /** Who still waits for an answer that is held. */
  readonly held: ReadonlySet<unknown>
  stop(): Promise<void>
}

/** Refused: not done, and said so. Lost: done, and the answer never arrives. Held: not done, and the asker waits until it gives up. */
export type Fate = 'answered' | 'refused' | 'lost' | 'held'

type Route = (exchange: Exchange) => Answer | Promise<Answer>

export interface JsonServerOptions {
  /** The one that is accepted; any when absent. */
  readonly token?: string | undefined
}

/** Serves JSON routes on loopback. */
export async function startJsonServer(
  routes: Readonly<Record<string, Route>>,
  { token }: JsonServerOptions = {},
): Promise<JsonServer> {
  const log: string[] = []
  const seen: string[] = []
  const faults: { fault: Fault; left: number; wait: number }[] = []
  const held = new Set<Socket>()
  let fateOf: (route: string) => Fate = () => 'answered'
  const table = Object.entries(routes).map(([route, handle]) => {
    const [method = '', path = ''] = route.split(' ')
    return { route, method, handle, pattern: new RegExp(`^${path.replaceAll(/:\w+/g, '([^/]+)')}$`) }
  })

  const server = createServer(async (request, response) => {
    const raw = await readAll(request)
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
    const found = table.find(({ method, pattern }) => method === request.method && pattern.test(pathname))
    const fate = fateOf(found?.route ?? '')
    if (fate === 'held') return void held.add(request.socket.once('close', () => held.delete(request.socket)))
    const answer =
      fate === 'refused' ? REFUSAL : await reply(found, pathname, searchParams, raw, request).catch(faultOfOurs)
    log.push(`${request.method} ${pathname} ${answer.status ?? 200}`)
    seen.push(raw.toString('latin1'))
    if (fate === 'lost') return void request.socket.destroy()
    response
      .writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers })
      .end(JSON.stringify(answer.body))
  })

  async function reply(
    found: (typeof table)[number] | undefined,
    path: string,
    search: URLSearchParams,
    raw: Buffer,
    { headers }: IncomingMessage,
  ): Promise<Answer> {
    if (token !== undefined && headers.authorization !== `Bearer ${token}`) return UNKNOWN
    if (found === undefined)
      return { status: 404, body: { success: false, errors: [{ code: 7003, message: `no route ${path}` }] } }
    const broken = faults.find(({ fault, left }) => fault.route === found.route && left > 0)
    if (broken !== undefined && broken.wait > 0) broken.wait--
    else if (broken !== undefined) {
      broken.left--
      const { status, headers: more, body } = broken.fault
      return { status, body: body ?? { message: 'told to fail' }, ...(more === undefined ? {} : { headers: more }) }
    }
    const isJson = headers['content-type']?.includes('json') === true
    return found.handle({
      params: (found.pattern.exec(path) ?? []).slice(1),
      search,
      headers,
      raw,
      body: isJson && raw.length > 0 ? JSON.parse(raw.toString('utf8')) : undefined,
    })
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    seen,
    held,
    intercept(decide) {
      fateOf = decide
    },
    fail: (fault) => void faults.push({ fault, left: fault.times, wait: fault.after ?? 0 }),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

const UNKNOWN: Answer = {
  status: 401,
  body: { message: 'who is this', success: false, errors: [{ code: 10000, message: 'who is this' }], result: null },
}

/** Nobody should wait for an answer that does not come. */
const faultOfOurs = (error: unknown): Answer => ({ status: 500, body: { message: `the stand-in failed: ${error}` } })

/** In both providers' shapes, with a status that nobody repeats a request for. */
const REFUSAL: Answer = {
  status: 403,
  body: { message: 'told to fail', success: false, errors: [{ code: 10000, message: 'told to fail' }], result: null },
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
