import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'

/**
 * A company's OpenID Connect issuer, for tests. Whoever comes to its sign-in page says in the header `x-sign-in-as` who
 * they are, and how the answer is to be spoilt: `{"sub": …, "email": …, "claims": {…}, "key": …, "answer": {…}}`.
 */
export interface OidcStandIn {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  close(): Promise<void>
}

interface SignInAs {
  readonly sub: string
  /** Claims that replace or (null) remove what an honest token would hold. */
  readonly claims?: Record<string, unknown>
  /**
   * `rotated` publishes a new key beside the old one and signs with it, `foreign` signs with one that nobody published under
   * the name of the known one, `embedded` brings that key along in the token, `unnamed` signs honestly under a name that
   * nobody published, `none` does not sign, `public` takes the published key for a shared secret.
   */
  readonly key?: 'rotated' | 'foreign' | 'embedded' | 'unnamed' | 'none' | 'public'
  /** Parameters of the answer that replace the honest ones; null removes. */
  readonly answer?: Record<string, string | null>
}

interface Pending extends SignInAs {
  readonly redirectUri: string
  readonly challenge: string
  readonly nonce: string
}

const CLIENT = { clientId: 'zava at the company', clientSecret: 'p:ss wörd/%' }

/** Starts the issuer on a free port of 127.0.0.1. */
export async function startOidcStandIn(): Promise<OidcStandIn> {
  const pending = new Map<string, Pending>()
  const current = await makeKey()
  const published: JWK[] = [current.jwk]

  const idTokenFor = async ({ sub, nonce, claims = {}, key }: Pending): Promise<string> => {
    const other = await makeKey()
    if (key === 'rotated') published.push(other.jwk)
    const isHonest = key === undefined || key === 'unnamed'
    const kid = key === 'rotated' ? other.jwk.kid : key === 'unnamed' ? 'unnamed' : current.jwk.kid
    const now = Math.floor(Date.now() / 1000)
    const honest = { iss: issuer(), aud: CLIENT.clientId, sub, nonce, iat: now, exp: now + 300 }
    const payload = Object.fromEntries(Object.entries({ ...honest, ...claims }).filter(([, value]) => value !== null))
    if (key === 'none') {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
      return `${part({ alg: 'none', kid })}.${part(payload)}.`
    }
    if (key === 'public') {
      const secret = Buffer.from(JSON.stringify(current.jwk))
      return new SignJWT(payload).setProtectedHeader({ alg: 'HS256', kid: String(kid) }).sign(secret)
    }
    const brought = key === 'embedded' ? { jwk: other.jwk, jku: 'https://evil.example/keys' } : {}
    return new SignJWT(payload)
      .setProtectedHeader({ alg: 'ES256', kid: String(kid), ...brought })
      .sign(isHonest ? current.privateKey : other.privateKey)
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', issuer())
    const json = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    if (url.pathname === '/.well-known/openid-configuration') return json(200, discovery(issuer()))
    if (url.pathname === '/keys') return json(200, { keys: published })
    if (url.pathname === '/authorize') {
      const as = JSON.parse(decodeURIComponent(String(request.headers['x-sign-in-as'] ?? '%7B%7D'))) as SignInAs
      const code = randomBytes(16).toString('hex')
      const get = (name: string) => url.searchParams.get(name) ?? ''
      const isHonest = get('response_type') === 'code' && get('code_challenge_method') === 'S256'
      if (!isHonest || get('client_id') !== CLIENT.clientId) return json(400, { error: 'invalid_request' })
      const redirectUri = get('redirect_uri')
      pending.set(code, { ...as, redirectUri, challenge: get('code_challenge'), nonce: get('nonce') })
      const back = new URL(redirectUri)
      const answer = { code, state: get('state'), iss: issuer(), ...as.answer }
      for (const [name, value] of Object.entries(answer)) if (value !== null) back.searchParams.set(name, value)
      return response.writeHead(302, { location: back.href }).end()
    }
    if (url.pathname === '/token') {
      const form = new URLSearchParams(await bodyOf(request))
      const waiting = pending.get(form.get('code') ?? '')
      pending.delete(form.get('code') ?? '')
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url')
      if (request.headers.authorization !== basic()) return json(401, { error: 'invalid_client' })
      if (waiting?.challenge !== challenge || waiting.redirectUri !== form.get('redirect_uri')) {
        return json(400, { error: 'invalid_grant' })
      }
      return json(200, { access_token: 'unused', token_type: 'Bearer', id_token: await idTokenFor(waiting) })
    }
    return json(404, {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    issuer: issuer(),
    ...CLIENT,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function discovery(issuer: string) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    authorization_response_iss_parameter_supported: true,
    response_types_supported: ['code'],
    id_token_signing_alg_values_supported: ['ES256'],
    subject_types_supported: ['public'],
  }
}

/** RFC 6749, 2.3.1: both parts are form-encoded before they are joined. */
function basic(): string {
  const encode = (text: string) => new URLSearchParams({ v: text }).toString().slice(2)
  return `Basic ${Buffer.from(`${encode(CLIENT.clientId)}:${encode(CLIENT.clientSecret)}`).toString('base64')}`
}

async function makeKey(): Promise<{ privateKey: CryptoKey; jwk: JWK }> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const kid = randomBytes(8).toString('hex')
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return text
}
