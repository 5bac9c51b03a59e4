import type { Browser, Shown } from '../support/browser.ts'

interface Tokens {
  readonly access_token: string
  readonly refresh_token?: string
  readonly token_type: string
  readonly scope?: string
}

/** What an MCP client keeps of its authorization, in memory; its person uses the given browser and allows what is asked. */
export class McpClient {
  readonly browser: Browser
  readonly redirectUrl: string
  readonly #decide: (page: Shown) => Promise<Shown>
  #information: { client_id: string } | undefined
  #tokens: Tokens | undefined
  #verifier = ''
  #discovery: unknown
  #answer = new URLSearchParams()

  constructor(
    browser: Browser,
    {
      redirectUrl = 'http://127.0.0.1:33418/callback',
      decide = (page: Shown) => browser.press(page, 'allow'),
    }: { redirectUrl?: string; decide?: (page: Shown) => Promise<Shown> } = {},
  ) {
    this.browser = browser
    this.redirectUrl = redirectUrl
    this.#decide = decide
  }

  get clientMetadata() {
    return {
      client_name: 'Test assistant',
      redirect_uris: [this.redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    }
  }
  clientInformation() {
    return this.#information
  }
  saveClientInformation(information: { client_id: string }) {
    this.#information = information
  }
  tokens() {
    return this.#tokens
  }
  saveTokens(tokens: Tokens) {
    this.#tokens = tokens
  }
  codeVerifier() {
    return this.#verifier
  }
  saveCodeVerifier(verifier: string) {
    this.#verifier = verifier
  }
  discoveryState() {
    return this.#discovery as undefined
  }
  saveDiscoveryState(state: unknown) {
    this.#discovery = state
  }
  invalidateCredentials(scope: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery') {
    if (scope === 'all' || scope === 'client') this.#information = undefined
    if (scope === 'all' || scope === 'tokens') this.#tokens = undefined
  }

  async redirectToAuthorization(url: URL) {
    const page = await this.browser.open(url)
    const end = page.status === 200 ? await this.#decide(page) : page
    if (!end.url.href.startsWith(this.redirectUrl)) throw new Error(`ended at ${end.url}: ${end.status} ${end.html}`)
    this.#answer = end.url.searchParams
  }

  /** What came back to the client's redirect address. */
  answer(): URLSearchParams {
    return this.#answer
  }
}
