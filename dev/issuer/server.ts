import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SigningKey } from './signing-key.ts'

const HOST = '127.0.0.1'

/** The issuer's published side, listening. */
export interface Issuer {
  readonly port: number
  /** Where the public key stands: what goes into TOKEN_JWKS_URL. */
  readonly keysUrl: string
  close(): Promise<void>
}

/**
 * Publishes the public key at `/jwks.json`. At `/stack` it says whose stack this is: that is how a second start knows
 * whether the one written down in the data folder is still alive, without trusting a process number.
 */
export async function startIssuer(key: SigningKey, stackId: string): Promise<Issuer> {
  const pages: Readonly<Record<string, unknown>> = {
    '/jwks.json': { keys: [key.publicJwk] },
    '/stack': { stack: stackId },
  }
  const server = createServer((request, response) => {
    const page = request.method === 'GET' ? pages[request.url ?? ''] : undefined
    response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(page ?? { message: 'There is /jwks.json here.' }))
  })
  const port = await listen(server)
  return {
    port,
    keysUrl: `http://${HOST}:${port}/jwks.json`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Asks whether the stack with this id answers at this port. */
export async function isStackAlive(port: number, stackId: string): Promise<boolean> {
  try {
    const response = await fetch(`http://${HOST}:${port}/stack`, { signal: AbortSignal.timeout(1_000) })
    return ((await response.json()) as { stack?: unknown }).stack === stackId
  } catch {
    return false
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, HOST, () => resolve((server.address() as AddressInfo).port))
  })
}
