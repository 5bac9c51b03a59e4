import { html } from 'hono/html'
import type { Person } from '../auth/person.ts'
import { decision } from './consent.ts'
import { page } from './page.ts'

export interface CommandOptions {
  readonly person: Person
  /** Stands in the terminal too, when it is the person's own command that asks. */
  readonly check: string
  /** What the form must bring back. */
  readonly hidden: Readonly<Record<string, string>>
}

/** Asks whether a command in the person's terminal may list and disconnect their clients. */
export function commandPage({ person, check, hidden }: CommandOptions): Promise<Response> {
  return page({
    title: 'Allow the command in your terminal?',
    body: html`<h1>Allow the command in your terminal?</h1>
      <p class="notice">A program on your own device asks. Continue only if you have just started
      <code>npm run connections</code> and it shows <strong>${check}</strong>.</p>
      <form method="post" action="/connections/command">
        ${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
        <h2 id="wants">For ten minutes it can</h2>
        <ul aria-labelledby="wants">
          <li>See which clients you have connected</li>
          <li>Disconnect them</li>
        </ul>
        <p class="soft">It cannot read your stores’ data.</p>
        ${decision(person)}
      </form>`,
  })
}
