import { z } from 'zod'
import type { Browser } from '../support/browser.ts'

interface Tokens {
  readonly access_token: string
  readonly refresh_token?: string
  readonly token_type: string
  readonly scope?: string
}

const discovered = z.object({
  authorizationServerMetadata: z.looseObject({ revocation_endpoint: z.url() }),
})

type Metadata = z.output<typeof discovered>['authorizationServerMetadata']

/** What an MCP client keeps of its authorization, in memory; its person uses the given browser and allows what is asked. */
export class McpClient {
  readonly browser: Browser
  readonly redirectUrl = 'http://127.0.0.1:33418/callback'
  #information: { client_id: string } | undefined
  #tokens: Tokens | undefined
  #verifier = ''
  #discovery: unknown
  #answer = new URLSearchParams()
  #isClosed = false
  /** How often the person was sent to sign in. */
  opened = 0
  /** Address of the document that the client introduces itself with, where the server takes one. */
  readonly clientMetadataUrl: string | undefined

  constructor(browser: Browser, { documentUrl }: { documentUrl?: string } = {}) {
    this.browser = browser
    this.clientMetadataUrl = documentUrl
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
    this.opened += 1
    if (this.#isClosed) return
    const page = await this.browser.open(url)
    const end = page.status === 200 ? await this.browser.press(page, 'allow') : page
    if (!end.url.href.startsWith(this.redirectUrl)) throw new Error(`ended at ${end.url}: ${end.status} ${end.html}`)
    this.#answer = end.url.searchParams
  }

  /** From now on nobody answers when the client asks to sign in. */
  closeBrowser(): void {
    this.#isClosed = true
  }

  /** The authorization server as the client has found it. */
  metadata(): Metadata {
    return discovered.parse(this.#discovery).authorizationServerMetadata
  }

  clientId(): string {
    return this.#information?.client_id ?? ''
  }

  /** What the client's own functions want to know to ask for new tokens. */
  credentials() {
    return {
      metadata: this.metadata(),
      clientInformation: this.#information,
      refreshToken: this.#tokens?.refresh_token ?? '',
    }
  }

  /** What came back to the client's redirect address. */
  answer(): URLSearchParams {
    return this.#answer
  }
}
