/**
 * The local stand-in for Neon's proxy: `POST /sql` for the driver's HTTP queries, WebSocket `/v2` for its Pool and
 * Client. Besides: `GET /stats` (what was asked of the database) and `POST /faults` (see faults.ts).
 *
 * What a client sets:
 *   neonConfig.fetchEndpoint = `http://127.0.0.1:${port}/sql`
 *   neonConfig.wsProxy = `127.0.0.1:${port}/v2`; useSecureWebSocket = false; pipelineTLS = false
 *   neonConfig.pipelineConnect = false   // in front of a server that authenticates by SCRAM: see server-engine.ts
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Engine } from './engine.ts'
import { PortBusyError } from './errors.ts'
import { Faults } from './faults.ts'
import { type RequestCounts, RequestLog } from './request-log.ts'
import { serveSql } from './serve-sql.ts'

const HOST = '127.0.0.1'
const MAX_WEBSOCKET_MESSAGE = 64 * 1024 * 1024

/** A listening endpoint. */
export interface Endpoint {
  readonly port: number
  /** What goes into `neonConfig.fetchEndpoint`. */
  readonly url: string
  requests(): RequestCounts
  /** Ends every connection and the engine. */
  close(): Promise<void>
}

/** Listens on 127.0.0.1; port 0 or none takes a free one. Throws `PortBusyError`. */
export async function startEndpoint(engine: Engine, { port = 0 }: { port?: number } = {}): Promise<Endpoint> {
  const log = new RequestLog()
  const faults = new Faults()
  const server = createServer((request, response) => {
    route(request, response, engine, log, faults).catch(() => response.destroy())
  })
  const sockets = acceptWebSockets(server, engine)

  await listen(server, port)
  const bound = (server.address() as AddressInfo).port
  return {
    port: bound,
    url: `http://${HOST}:${bound}/sql`,
    requests: () => log.counts(),
    async close() {
      for (const socket of sockets) socket.terminate()
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      await engine.close()
    },
  }
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  engine: Engine,
  log: RequestLog,
  faults: Faults,
): Promise<void> {
  switch (`${request.method} ${request.url}`) {
    case 'POST /sql':
      return serveSql(request, response, {
        engine,
        log,
        fault: faults.take(String(request.headers['neon-connection-string'])),
      })
    case 'GET /stats':
      return sendJson(response, 200, { ...log.counts(), recent: log.recent() })
    case 'POST /faults':
      return orderFault(request, response, faults)
    default:
      return sendJson(response, request.url === '/sql' ? 405 : 404, { message: 'not found' })
  }
}

async function orderFault(request: IncomingMessage, response: ServerResponse, faults: Faults): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  try {
    faults.order(Buffer.concat(chunks).toString())
    sendJson(response, 200, {})
  } catch (error) {
    sendJson(response, 400, { message: (error as Error).message })
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}

function acceptWebSockets(server: Server, engine: Engine): Set<WebSocket> {
  const wss = new WebSocketServer({
    server,
    path: '/v2',
    maxPayload: MAX_WEBSOCKET_MESSAGE,
    perMessageDeflate: false,
  })
  // `ws` repeats the HTTP server's errors; listen() below reports them.
  wss.on('error', () => {})
  wss.on('connection', (socket) => {
    socket.on('error', () => socket.terminate())
    engine.openWire(socket)
  })
  return wss.clients
}

/** Throws `PortBusyError` when the port is taken: known before the seconds that a database takes to start. */
export async function assertPortFree(port: number): Promise<void> {
  const probe = createServer()
  await listen(probe, port)
  await new Promise((resolve) => probe.close(resolve))
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortBusyError(port, error) : error),
    )
    server.listen(port, HOST, resolve)
  })
}
