import { html } from 'hono/html'
import type { ConnectedClient } from '../auth/connected-client.ts'
import type { Person } from '../auth/person.ts'
import { inWords } from './consent.ts'
import { page } from './page.ts'

export interface ConnectionsOptions {
  readonly person: Person
  readonly clients: readonly ConnectedClient[]
  /** What the forms must bring back. */
  readonly formToken: string
  /** The name of a client that was just disconnected. */
  readonly disconnected: string | undefined
  readonly now: number
}

/** Lists the clients that a person has allowed, when each was last used, and a button to disconnect each. */
export function connectionsPage({
  person,
  clients,
  formToken,
  disconnected,
  now,
}: ConnectionsOptions): Promise<Response> {
  return page({
    title: 'Connected clients',
    body: html`<h1>Connected clients</h1>
      ${
        disconnected === undefined
          ? ''
          : html`<p class="notice" role="status"><bdi>${disconnected}</bdi> is disconnected. Within a minute it can read nothing any more.</p>`
      }
      ${
        clients.length === 0
          ? html`<p>No client may read with your permission, ${person.displayName}. <a href="/">How to connect one</a></p>`
          : html`<p>These may read with your permission, ${person.displayName}.</p>
            <ul>
              ${clients.map((client) => row(client, { person, formToken, now }))}
            </ul>`
      }
      <form method="post" action="/sign-out">
        <input type="hidden" name="token" value="${formToken}" />
        <button>Sign out of this page</button>
      </form>`,
  })
}

function row(client: ConnectedClient, { person, formToken, now }: { person: Person; formToken: string; now: number }) {
  const heading = `client-${client.grantId}`
  return html`<li class="row">
    <div>
      <p><strong id="${heading}"><bdi>${client.name}</bdi></strong></p>
      <small>
        ${client.redirectHost === '' ? '' : html`At ${client.redirectHost}. `}Connected ${ago(client.connectedAt, now)}, last
        used ${ago(client.lastUsed, now)}.<br />
        ${client.scopes.map((scope) => inWords(scope, person)).join('. ')}.
      </small>
    </div>
    <form method="post" action="/connections">
      <input type="hidden" name="token" value="${formToken}" />
      <input type="hidden" name="grant" value="${client.grantId}" />
      <button id="end-${client.grantId}" aria-labelledby="end-${client.grantId} ${heading}">Disconnect</button>
    </form>
  </li>`
}

/** A time in the past as a person says it: `2 hours ago`. */
export function ago(then: number, now: number): string {
  const seconds = Math.round((then - now) / 1000)
  const units = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ] as const
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ['minute', 60]
  return Math.abs(seconds) < 60
    ? 'just now'
    : new Intl.RelativeTimeFormat('en').format(Math.round(seconds / size), unit)
}
