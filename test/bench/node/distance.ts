import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A request as it went to the database endpoint. */
export interface SentRequest {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A wire between the Worker and the database endpoint. */
export interface Distance {
  readonly url: string
  /** How long each request is on its way, there and back, in milliseconds. */
  delayMs: number
  /** The latest request that asked as a person; the delivery of a trail comes when it wants. */
  readonly latest: SentRequest | undefined
  stop(): Promise<void>
}

/** Listens on 127.0.0.1 and hands every request on to `endpoint`, later by the delay. */
export async function startDistance(endpoint: string): Promise<Distance> {
  let latest: SentRequest | undefined
  const distance = { delayMs: 0 }
  const server = createServer(async (request, response) => {
    try {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const body = Buffer.concat(chunks).toString()
      if (body.includes('api.enter(')) latest = { headers: request.headers, body }
      if (distance.delayMs > 0) await sleep(distance.delayMs)
      const answer = await fetch(endpoint, { method: 'POST', headers: ownHeaders(request.headers), body })
      const bytes = Buffer.from(await answer.arrayBuffer())
      // With its length, as the endpoint says it.
      const headers = { 'content-type': answer.headers.get('content-type') ?? 'application/json' }
      response.writeHead(answer.status, { ...headers, 'content-length': bytes.length }).end(bytes)
    } catch {
      response.destroy()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sql`,
    get delayMs() {
      return distance.delayMs
    },
    set delayMs(value: number) {
      distance.delayMs = value
    },
    get latest() {
      return latest
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** The driver's own headers, and none of the connection's. */
function ownHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith('neon-') || name === 'content-type' ? [[name, String(value)]] : [],
    ),
  )
}
