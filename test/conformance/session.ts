import { createRequestStateCodec, type McpServer } from '@modelcontextprotocol/server'
import type { Principal } from '../../src/auth/principal.ts'
import { Session } from '../../src/session/session.ts'
import type { ChangingLists } from './fixtures/changing-lists.ts'
import type { Round } from './fixtures/round-tools.ts'
import { createFixtureServer } from './fixtures/server.ts'

/** Our session object; only the server that answers is another one. */
export class ConformanceSession extends Session {
  readonly #lists: ChangingLists = { tool: false, prompt: false }
  readonly #rounds = createRequestStateCodec<Round>({
    key: crypto.getRandomValues(new Uint8Array(32)),
    bind: ({ mcpReq, http }) => `${mcpReq.method} ${http?.authInfo?.clientId}`,
  })

  protected override createServer(_who: Principal): McpServer {
    return createFixtureServer({ lists: this.#lists, rounds: this.#rounds, notifier: this.notifier })
  }
}
