import { describe, expect, it, vi } from 'vitest'
import { createLog } from '../../src/observe/log.ts'
import { inOneShape } from '../../src/session/protocol-errors.ts'
import { errorIn } from '../mcp/wire-errors.ts'
import { listenToConsole } from '../support/console.ts'

describe('what the SDK says', () => {
  it.each([
    [-32602, 'Tool x not found', undefined, 'NOT_FOUND', 'warning'],
    [-32602, 'Tool constructor disabled', undefined, 'NOT_FOUND', 'warning'],
    [-32602, 'Prompt __proto__ disabled', undefined, 'NOT_FOUND', 'warning'],
    [-32603, `TypeError at attempt (/srv/db.ts:9:7): hunter2`, { secret: 'hunter2' }, 'MCP_ERROR', 'error'],
    [-32603, 'Subscription limit reached', undefined, 'RATE_LIMITED', 'warning'],
    [-32700, 'Parse error', 'SyntaxError: hunter2', 'VALIDATION_ERROR', 'warning'],
    [-39999, 'hunter2', undefined, 'MCP_ERROR', 'error'],
  ])(
    '(%i %s) is logged once, at its level, as ours; its own words go nowhere else',
    async (code, message, data, ours, level) => {
      const lines = listenToConsole()
      const wire = { jsonrpc: '2.0', id: 1, error: { code, message, data } }
      const asked = { log: createLog('info'), requestId: 'r-1' }

      const json = await (await inOneShape(Response.json(wire), asked)).text()
      const events = await (
        await inOneShape(streamOf(`event: message\ndata: ${JSON.stringify(wire)}\n\n`), asked)
      ).text()
      vi.restoreAllMocks()

      expect(events).toBe(`event: message\ndata: ${json}\n\n`)
      expect(errorIn(json)).toMatchObject({ code, data: { code: ours, request_id: 'r-1' } })
      expect(json).not.toMatch(/hunter2|srv|secret/)
      expect(lines.map(({ fields }) => [fields.message, fields.level])).toEqual(
        Array.from({ length: 2 }, () => [`failed: ${ours}`, level]),
      )
      expect(lines[0]?.text.includes('hunter2')).toBe(level === 'error')
    },
  )

  it('is left alone where it is no error, or an error of ours, to the byte', async () => {
    const ours = { code: 'NOT_FOUND', message: 'Gone.', retryable: false, request_id: 'r-0' }
    const bodies = [
      { jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: '"error":{"code":-32603}' }] } },
      {
        jsonrpc: '2.0',
        id: 1,
        result: { structuredContent: { error: { code: 1, message: 'a column of that name' } } },
      },
      { jsonrpc: '2.0', id: 1, error: { code: -32602, message: 'Gone.', data: ours } },
    ].map((body) => JSON.stringify(body))
    const asked = { log: createLog('error'), requestId: 'r-1' }

    for (const body of bodies) {
      const headers = { 'content-type': 'application/json' }
      expect(await (await inOneShape(new Response(body, { headers }), asked)).text()).toBe(body)
      expect(await (await inOneShape(streamOf(`data: ${body}\n\n: keepalive\n\n`), asked)).text()).toBe(
        `data: ${body}\n\n: keepalive\n\n`,
      )
    }
  })

  /** Events in pieces of seven bytes, which cut through characters too. */
  function streamOf(text: string): Response {
    const bytes = new TextEncoder().encode(text)
    const body = new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length; at += 7) controller.enqueue(bytes.slice(at, at + 7))
        controller.close()
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }
})
