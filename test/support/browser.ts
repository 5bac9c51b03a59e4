import { bindings, fetchEdge } from './edge.ts'

/**
 * A person's browser, as far as signing in needs one: keeps cookies, follows redirects, presses buttons. At the company's
 * issuer it says who it is.
 */

/** Who the issuer is told to sign in, and how its answer is to be spoilt; see test/support/node/oidc-stand-in.ts. */
export interface SignInAs {
  readonly sub?: string
  readonly claims?: Record<string, unknown>
  readonly key?: 'rotated' | 'foreign' | 'embedded' | 'unnamed' | 'none' | 'public'
  readonly answer?: Record<string, string | null>
}

/** What the browser shows, or where it was sent that is not ours. */
export interface Shown {
  readonly url: URL
  readonly status: number
  readonly headers: Headers
  readonly html: string
}

export type EdgeFetch = (input: string, init: RequestInit) => Promise<Response>

const OWN = 'http://localhost:8787'
const MAX_STEPS = 10

export class Browser {
  readonly cookies = new Map<string, string>()
  readonly #as: SignInAs
  readonly #fetch: EdgeFetch

  /** Signs in as this subject of the company's issuer; `fetch` reaches the Worker. */
  constructor(as: SignInAs = {}, fetch: EdgeFetch = fetchEdge) {
    this.#as = as
    this.#fetch = fetch
  }

  /** Opens an address and follows redirects until something is shown, or until it leads away from us. */
  async open(address: string | URL, init: RequestInit = {}): Promise<Shown> {
    let url = new URL(address)
    let options = init
    for (let step = 0; step < MAX_STEPS; step += 1) {
      if (url.origin !== OWN && url.origin !== bindings.OIDC_ISSUER) {
        return { url, status: 0, headers: new Headers(), html: '' }
      }
      const response = await (url.origin === OWN ? this.#own(url, options) : this.#issuer(url))
      const html = await response.text()
      const location = response.headers.get('location') ?? onwardOf(html)
      if (location === undefined) return { url, status: response.status, headers: response.headers, html }
      url = new URL(location, url)
      options = {}
    }
    throw new Error('too many redirects')
  }

  /** Follows one redirect and says where it leads. */
  async step(url: URL): Promise<URL> {
    const response = await (url.origin === OWN ? this.#own(url, {}) : this.#issuer(url))
    await response.body?.cancel()
    return new URL(response.headers.get('location') ?? '', url)
  }

  /** Sends the form of a page with one of its buttons; `untick` leaves a box empty. */
  press(page: Shown, decision: string, { untick = [] }: { untick?: readonly string[] } = {}): Promise<Shown> {
    const form = new URLSearchParams()
    for (const [tag] of page.html.matchAll(/<input[^>]+>/g)) {
      const name = attribute(tag, 'name')
      const value = attribute(tag, 'value')
      if (!untick.includes(value)) form.append(name, value)
    }
    form.set('decision', decision)
    return this.submit(attribute(/<form[^>]+>/.exec(page.html)?.[0] ?? '', 'action'), form)
  }

  /** Posts a form from a page of our own. */
  submit(path: string, form: URLSearchParams, headers: Record<string, string> = {}): Promise<Shown> {
    return this.open(new URL(path, OWN), { method: 'POST', body: form, headers: { origin: OWN, ...headers } })
  }

  async #own(url: URL, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers)
    const cookies = [...this.cookies].map(([name, value]) => `${name}=${value}`)
    if (cookies.length > 0) headers.set('cookie', cookies.join('; '))
    const response = await this.#fetch(url.href, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/max-age=0/i.test(line)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return response
  }

  #issuer(url: URL): Promise<Response> {
    const as = encodeURIComponent(JSON.stringify(this.#as))
    return fetch(url, { headers: { 'x-sign-in-as': as }, redirect: 'manual' })
  }
}

/** Where a page leads by itself. */
function onwardOf(html: string): string | undefined {
  const tag = /<meta http-equiv="refresh"[^>]*>/.exec(html)?.[0]
  return tag === undefined ? undefined : attribute(tag, 'content').replace(/^0;url=/, '')
}

function attribute(tag: string, name: string): string {
  const text = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? ''
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
