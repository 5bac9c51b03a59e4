import { html } from 'hono/html'
import type { DemoPerson } from '../db/identities.ts'
import { page } from './page.ts'

const ROLES = {
  store_manager: 'Store manager',
  regional_manager: 'Regional manager',
  head_office: 'Head office',
} as const

/** Beyond, a list of stores is no description of a person any more. */
const MAX_NAMES = 5

/** The local demo's sign-in: everybody one can be. `linkOf` makes the link that signs in as one of them. */
export function demoSignInPage(
  people: readonly DemoPerson[],
  linkOf: (person: DemoPerson) => string,
  headers: Headers,
): Promise<Response> {
  return page({
    title: 'Sign in to the demo',
    headers,
    body: html`<h1>Who are you today?</h1>
      <p>This is the local demo: choose a manager, no password needed. A deployment signs people in at their company.</p>
      ${
        people.length === 0
          ? html`<p class="notice">There is no demo data in this database, so there is nobody to choose.</p>`
          : html`<ul>
              ${people.map(
                (person) => html`<li>
                  <a class="choice" href="${linkOf(person)}">
                    <strong>${person.display_name}</strong>
                    <small>${ROLES[person.role]}, ${storesOf(person)}</small>
                  </a>
                </li>`,
              )}
            </ul>`
      }`,
  })
}

function storesOf({ role, stores }: DemoPerson): string {
  const names = stores.map((name) => name.replace(/^Zava Retail /, ''))
  if (role === 'head_office') return 'every store'
  const named =
    names.length > MAX_NAMES ? [...names.slice(0, MAX_NAMES - 1), `${names.length - MAX_NAMES + 1} more`] : names
  return new Intl.ListFormat('en').format(named)
}
