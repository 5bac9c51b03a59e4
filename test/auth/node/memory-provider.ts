import type {
  OAuthClientInformationMixed,
  OAuthClientMetadata,
  OAuthClientProvider,
  OAuthDiscoveryState,
  OAuthTokens,
} from '@modelcontextprotocol/client'

/** What an official client keeps of its authorization, in memory; `open` shows an address to the person. */
export class MemoryProvider implements OAuthClientProvider {
  readonly redirectUrl: string
  readonly #open: (address: URL) => Promise<void>
  #information: OAuthClientInformationMixed | undefined
  #tokens: OAuthTokens | undefined
  #verifier = ''
  #discovery: OAuthDiscoveryState | undefined

  constructor(redirectUrl: string, open: (address: URL) => Promise<void>) {
    this.redirectUrl = redirectUrl
    this.#open = open
  }

  get clientMetadata(): OAuthClientMetadata {
    return {
      client_name: 'Browser proof',
      redirect_uris: [this.redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    }
  }
  clientInformation() {
    return this.#information
  }
  saveClientInformation(information: OAuthClientInformationMixed) {
    this.#information = information
  }
  tokens() {
    return this.#tokens
  }
  saveTokens(tokens: OAuthTokens) {
    this.#tokens = tokens
  }
  /** Lets the client begin anew under the id that it has. */
  forgetTokens() {
    this.#tokens = undefined
  }
  codeVerifier() {
    return this.#verifier
  }
  saveCodeVerifier(verifier: string) {
    this.#verifier = verifier
  }
  discoveryState() {
    return this.#discovery
  }
  saveDiscoveryState(state: OAuthDiscoveryState) {
    this.#discovery = state
  }
  redirectToAuthorization(address: URL): Promise<void> {
    return this.#open(address)
  }
}
