/** Reading a request to the token endpoint far enough to know whose account must see it. Nothing here is verified. */

/** The form of our codes, refresh tokens and access tokens: user, grant, secret. */
const OWN = /^([0-9a-f-]{36}):([\w-]{16}):[\w-]{32}$/

/**
 * Which parameter names the grant, by what is asked for. A request must not choose its account with a parameter that the
 * authorization server does not look at: two requests about one grant would then not wait for each other.
 */
const CARRIERS: Readonly<Record<string, string>> = { refresh_token: 'refresh_token', authorization_code: 'code' }
const REVOCATION = 'token'

/** Reads a form without using up the request. */
export async function readForm(request: Request): Promise<URLSearchParams> {
  return new URLSearchParams(new TextDecoder().decode(await request.clone().arrayBuffer()))
}

/** Returns the user whom a request is about, or undefined. */
export function userIdOf(form: URLSearchParams): string | undefined {
  return partsOf(form)?.[1]
}

/** Whether a request wants a token revoked (RFC 7009), which comes to the same endpoint. */
export function isRevocation(form: URLSearchParams): boolean {
  return (form.get('grant_type') ?? '') === ''
}

/** Returns the grant that a request is about, or undefined. */
export function grantIdOf(form: URLSearchParams): string | undefined {
  return partsOf(form)?.[2]
}

/** Whether an id is one of our grants; a service's, which no person has allowed, looks different. */
export function isGrantOfOurs(grantId: string): boolean {
  return /^[\w-]{16}$/.test(grantId)
}

/** What a client authenticates with, however it is sent; of an assertion, which is a new one each time, only that it was one. */
export function clientSecretsOf(form: URLSearchParams, request: Request): string[] {
  // All of each: which of several counts is for the authorization server to say.
  const said = ['client_id', 'client_secret'].map((name) => JSON.stringify(form.getAll(name)))
  return [request.headers.get('authorization') ?? '', ...said, String(hasAssertion(form))]
}

/** Whether a client proves itself with a signed assertion (RFC 7523), which only the authorization server can judge. */
export function hasAssertion(form: URLSearchParams): boolean {
  return form.has('client_assertion') || form.has('client_assertion_type')
}

/** Returns a request that revokes nothing, with the authentication of this one: answered well to the client itself alone. */
export function authenticationOf(form: URLSearchParams, request: Request): Request {
  const body = new URLSearchParams(form)
  body.delete('grant_type')
  body.set('token', 'none')
  return new Request(request.url, { method: 'POST', headers: request.headers, body })
}

function partsOf(form: URLSearchParams): RegExpExecArray | undefined {
  const carrier = isRevocation(form) ? REVOCATION : CARRIERS[form.get('grant_type') ?? '']
  return OWN.exec(form.get(carrier ?? '') ?? '') ?? undefined
}
