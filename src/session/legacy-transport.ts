import { type AuthInfo, type McpServer, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server'
import type { SessionStorage, Stored } from './storage.ts'

/** JSON-RPC's answer to a session id that is not, or no longer, one: the client then starts anew. */
export function sessionNotFound(): Response {
  return Response.json(
    { jsonrpc: '2.0', id: null, error: { code: -32001, message: 'Session not found. Connect again.' } },
    { status: 404 },
  )
}

export interface LegacyRequest {
  readonly request: Request
  readonly body: unknown
  readonly sessionId: string
  readonly authInfo: AuthInfo
}

/**
 * Hosts the transport of the 2025-11-25 era and older, which lives as long as its session. When the object was evicted in
 * between, the stored `initialize` is replayed to a new transport before the next request, and the client notices nothing.
 */
export class LegacyTransport {
  readonly #storage: SessionStorage
  readonly #createServer: (authInfo: AuthInfo) => McpServer
  readonly #onClosed: () => Promise<void>
  /** Built once however many requests arrive together; `scopes` tells when the catalogue must be built again. */
  #open: { readonly scopes: string; readonly transport: Promise<WebStandardStreamableHTTPServerTransport> } | undefined

  constructor(storage: SessionStorage, createServer: (authInfo: AuthInfo) => McpServer, onClosed: () => Promise<void>) {
    this.#storage = storage
    this.#createServer = createServer
    this.#onClosed = onClosed
  }

  async handle(call: LegacyRequest): Promise<Response> {
    const { request, body, authInfo } = call
    const stored = isInitialize(body) ? undefined : await this.#storage.get('initialize')
    if (stored === undefined) this.#open = undefined
    const transport = await this.#connect(call, stored)
    const response = await transport.handleRequest(request, { parsedBody: body, authInfo })
    // Only what the transport accepted may be replayed to the next one.
    return isInitialize(body) && response.ok ? this.#keep(body, response) : response
  }

  async #keep(initialize: Stored<'initialize'>, response: Response): Promise<Response> {
    try {
      await this.#storage.put('initialize', initialize)
      return response
    } catch (error) {
      // What is nested some thousand levels deep can be read, but not be written down.
      if (!(error instanceof RangeError)) throw error
      await response.body?.cancel()
      return Response.json(
        { jsonrpc: '2.0', id: null, error: { code: -32600, message: 'This initialize is nested too deeply.' } },
        { status: 400 },
      )
    }
  }

  #connect(call: LegacyRequest, replay: Stored<'initialize'> | undefined) {
    const scopes = call.authInfo.scopes.join(' ')
    if (this.#open?.scopes !== scopes) {
      const transport = this.#build(call, replay)
      this.#open = { scopes, transport }
      // One that could not be built must not stand in the way of the next try.
      transport.catch(() => {
        this.#open = undefined
      })
    }
    return this.#open.transport
  }

  async #build({ sessionId, authInfo }: LegacyRequest, replay: Stored<'initialize'> | undefined) {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => sessionId,
      onsessionclosed: async () => {
        this.#open = undefined
        await this.#onClosed()
      },
    })
    await this.#createServer(authInfo).connect(transport)
    if (replay !== undefined) {
      await feed(transport, authInfo, replay, undefined)
      await feed(transport, authInfo, { jsonrpc: '2.0', method: 'notifications/initialized' }, sessionId)
    }
    return transport
  }
}

/** Whether a message opens a session of the older era. */
export function isInitialize(body: unknown): body is Stored<'initialize'> {
  return typeof body === 'object' && body !== null && 'method' in body && body.method === 'initialize'
}

/** Hands the transport a message of ours and drops what it answers. */
async function feed(
  transport: WebStandardStreamableHTTPServerTransport,
  authInfo: AuthInfo,
  message: object,
  sessionId: string | undefined,
): Promise<void> {
  const request = new Request('https://session/mcp', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(sessionId === undefined ? {} : { 'mcp-session-id': sessionId }),
    },
    body: JSON.stringify(message),
  })
  const response = await transport.handleRequest(request, { parsedBody: message, authInfo })
  await response.text()
}
