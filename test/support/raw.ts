import { fetchEdge, MCP_URL } from './edge.ts'

/** Speaks the older era by hand, for what a well-behaved client would never send. */
export function connectWith(authorization: string) {
  let sessionId: string | undefined
  const post = (message: object, extra: Record<string, string> = {}): Promise<Response> =>
    fetchEdge(MCP_URL, {
      method: 'POST',
      headers: {
        authorization,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...(sessionId === undefined ? {} : { 'mcp-session-id': sessionId, 'mcp-protocol-version': '2025-11-25' }),
        ...extra,
      },
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
    })

  return {
    post,
    async initialize(): Promise<string> {
      const response = await post({
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
      })
      await response.text()
      sessionId = response.headers.get('mcp-session-id') ?? ''
      await (await post({ method: 'notifications/initialized' })).text()
      return sessionId
    },
    async call(name: string, args: object): Promise<Record<string, unknown>> {
      if (sessionId === undefined) await this.initialize()
      const response = await post({ id: 2, method: 'tools/call', params: { name, arguments: args } })
      return resultOf(await response.text())
    },
  }
}

/** Finds the result in an answer that is either JSON or an event stream. */
function resultOf(text: string): Record<string, unknown> {
  const json = text.startsWith('{') ? text : (/^data: (\{.*)$/m.exec(text)?.[1] ?? 'null')
  return (JSON.parse(json) as { result: Record<string, unknown> }).result
}
