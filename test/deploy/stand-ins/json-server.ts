import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

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
  stop(): Promise<void>
}

type Route = (exchange: Exchange) => Answer | Promise<Answer>

/** Serves JSON routes on loopback. */
export async function startJsonServer(routes: Readonly<Record<string, Route>>): Promise<JsonServer> {
  const log: string[] = []
  const seen: string[] = []
  const faults: { fault: Fault; left: number; wait: number }[] = []
  const table = Object.entries(routes).map(([route, handle]) => {
    const [method = '', path = ''] = route.split(' ')
    return { route, method, handle, pattern: new RegExp(`^${path.replaceAll(/:\w+/g, '([^/]+)')}$`) }
  })

  const server = createServer(async (request, response) => {
    const raw = await readAll(request)
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
    const found = table.find(({ method, pattern }) => method === request.method && pattern.test(pathname))
    const answer = await reply(found, pathname, searchParams, raw, request)
    log.push(`${request.method} ${pathname} ${answer.status ?? 200}`)
    seen.push(raw.toString('latin1'))
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
    fail: (fault) => void faults.push({ fault, left: fault.times, wait: fault.after ?? 0 }),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
