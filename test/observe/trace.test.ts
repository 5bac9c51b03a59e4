import { describe, expect, it, vi } from 'vitest'
import { readConfig } from '../../src/env.ts'
import { continueTrace } from '../../src/observe/trace.ts'
import { embed } from '../../src/search/embeddings.ts'
import { toSessionRequest } from '../../src/session/envelope.ts'
import { bindings, connectAs } from '../support/edge.ts'

const ID = '4bf92f3577b34da6a3ce929d0e0e4736'
const GIVEN = `00-${ID}-00f067aa0ba902b7-01`

describe('a trace', () => {
  it('is taken over with its flags, and each hop gets a span of its own', () => {
    const one = continueTrace(GIVEN)
    const two = continueTrace(one.header)

    expect([one.id, two.id]).toEqual([ID, ID])
    expect(one.header).toMatch(new RegExp(`^00-${ID}-[0-9a-f]{16}-01$`))
    expect(new Set([GIVEN, one.header, two.header]).size).toBe(3)
  })

  it('of a later version is read by its known parts', () => {
    expect(continueTrace(`01-${ID}-00f067aa0ba902b7-01-more`).id).toBe(ID)
  })

  it.each([
    ['none', null],
    ['an empty one', ''],
    ['no trace id', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
    ['no span id', `00-${ID}-${'0'.repeat(16)}-01`],
    ['the forbidden version', `ff-${ID}-00f067aa0ba902b7-01`],
    ['capitals', GIVEN.toUpperCase()],
    ['something to inject', `00-${ID}-00f067aa0ba902b7-01"}\n{`],
  ])('begins anew for %s', (_what, header) => {
    const { id, header: next } = continueTrace(header)

    expect(id).not.toBe(ID)
    expect(next).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
  })

  it('goes on to the session object, the client’s own header does not', () => {
    const trace = continueTrace(GIVEN)

    const request = toSessionRequest(
      new Request('http://localhost/mcp', { headers: { traceparent: GIVEN } }),
      undefined,
      {
        principal: { userId: crypto.randomUUID(), clientId: 'c', grantId: 'g', scopes: [] },
        requestId: 'r',
        trace: trace.header,
        era: 'modern',
        sessionId: '',
      },
    )

    expect(request.headers.get('traceparent')).toBe(trace.header)
  })

  it('goes on to the embedding service', async () => {
    const sent = listenToFetch()
    const trace = continueTrace(GIVEN)

    await embed(readConfig(bindings), 'a hammer', new AbortController().signal, trace)
    vi.restoreAllMocks()

    expect(sent.map((request) => request.headers.get('traceparent'))).toEqual([trace.header])
  })

  it('of a client’s call goes on to the database, beside the driver’s own headers', async () => {
    const { client } = await connectAs('seattle', { clientId: 'traced', headers: { traceparent: GIVEN } })
    const sent = listenToFetch()

    await client.callTool({ name: 'whoami', arguments: {} })
    vi.restoreAllMocks()

    const [asked, ...more] = sent.filter((request) => request.headers.has('neon-connection-string'))
    expect(more).toEqual([])
    expect(asked?.headers.get('traceparent')).toMatch(new RegExp(`^00-${ID}-[0-9a-f]{16}-01$`))
    expect(asked?.headers.get('traceparent')).not.toBe(GIVEN)
    expect(asked?.headers.get('neon-batch-read-only')).toBe('true')
    // The first call of a file starts the Worker, which a busy machine takes its time for.
  }, 60_000)
})

/** What is sent to other services from now on; `vi.restoreAllMocks()` ends it. */
function listenToFetch(): Request[] {
  const sent: Request[] = []
  const original = globalThis.fetch
  vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    sent.push(new Request(input as Request, init as RequestInit))
    return original(input as Request, init as RequestInit)
  })
  return sent
}
