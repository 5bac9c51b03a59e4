import { html } from 'hono/html'
import type { Person } from '../auth/person.ts'
import type { Scope } from '../auth/principal.ts'
import { NEEDED_SCOPE } from '../auth/scopes.ts'
import { page } from './page.ts'

/** Who asks, as far as it can be known. Every text comes from the client and is escaped. */
export interface ConsentClient {
  readonly name: string
  /** Host that published the client's document: what its name can be held to. Absent when it registered itself. */
  readonly verifiedHost: string | undefined
  readonly redirectUri: string
  readonly isOnThisDevice: boolean
  /** As a `data:` URL; absent when there is none, or none from the client's own origin. */
  readonly logo: string | undefined
}

export interface ConsentOptions {
  readonly client: ConsentClient
  readonly person: Person
  readonly scopes: readonly Scope[]
  /** What the form must bring back. */
  readonly hidden: Readonly<Record<string, string>>
  readonly headers: Headers
}

/** Asks whether a client may have what it asks for, in the person's words: whose data, which stores, what else. */
export function consentPage({ client, person, scopes, hidden, headers }: ConsentOptions): Promise<Response> {
  const redirect = new URL(client.redirectUri)
  return page({
    title: `Allow ${client.name}?`,
    headers,
    body: html`<div class="client">
        ${
          client.logo === undefined
            ? html`<div class="logo" aria-hidden="true">${firstLetter(client.name)}</div>`
            : html`<img class="logo" src="${client.logo}" alt="" />`
        }
        <h1>Allow <bdi>${client.name}</bdi>?</h1>
      </div>
      <p>
        ${
          client.verifiedHost === undefined
            ? html`This client gave its name itself; nobody has checked it.`
            : html`Published by <strong>${client.verifiedHost}</strong>.`
        }
        ${client.isOnThisDevice ? '' : html`Access goes to <strong>${redirect.hostname}</strong>.`}
      </p>
      ${
        client.isOnThisDevice
          ? html`<p class="notice">Access goes to a program on your own device. Continue only if you have just started to connect it.</p>`
          : ''
      }
      <form method="post" action="/authorize">
        ${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
        <h2 id="wants">It wants to</h2>
        <ul aria-labelledby="wants">
          ${scopes.map((scope) => html`<li>${line(scope, person)}</li>`)}
        </ul>
        <p class="soft">It can change nothing. You can disconnect it at any time among your <a href="/connections" target="_blank" rel="noopener">connected clients</a>.</p>
        ${decision(person)}
      </form>`,
  })
}

/** How a form that asks for consent ends: yes, no, or as somebody else. */
export function decision({ displayName }: Person) {
  return html`<div class="actions">
      <button class="primary" name="decision" value="allow">Allow</button>
      <button name="decision" value="deny">Deny</button>
    </div>
    <p class="soft">
      You are signed in as ${displayName}.
      <button class="link" name="decision" value="switch">Not you? Sign in as somebody else</button>
    </p>`
}

/** A sentence for what a scope opens to this person: `Read sales, stock and customers of Zava Retail Seattle`. */
export function inWords(scope: Scope, person: Person): string {
  if (scope === 'retail:read') return `Read sales, stock and customers of ${storesInWords(person)}`
  if (scope === 'retail:sql') return 'Write its own database queries about them (SQL, read-only)'
  return 'See how fast the service answers other people'
}

/** Names up to three stores, and counts the rest. */
export function storesInWords({ role, stores, storeCount }: Person): string {
  if (role === 'head_office') return `all ${storeCount} stores`
  if (storeCount === 0) return 'no store at the moment'
  const named = stores.slice(0, storeCount > 3 ? 2 : 3)
  const rest = storeCount - named.length
  return new Intl.ListFormat('en').format(rest === 0 ? named : [...named, `${rest} more stores`])
}

function line(scope: Scope, person: Person) {
  const words = inWords(scope, person)
  if (scope === NEEDED_SCOPE) return html`<p>${words}</p>`
  return html`<label><input type="checkbox" name="scope" value="${scope}" checked /> <span>${words}</span></label>`
}

function firstLetter(name: string): string {
  return [...name.trim()][0]?.toUpperCase() ?? '?'
}
