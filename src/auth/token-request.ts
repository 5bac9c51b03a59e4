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

/** What a client authenticates with, however it is sent. */
export function clientSecretsOf(form: URLSearchParams, request: Request): string[] {
  const [scheme, basic = ''] = (request.headers.get('authorization') ?? '').split(' ')
  if (scheme?.toLowerCase() === 'basic') return ['basic', basic]
  return [form.get('client_id') ?? '', form.get('client_secret') ?? '']
}

function partsOf(form: URLSearchParams): RegExpExecArray | undefined {
  const carrier = isRevocation(form) ? REVOCATION : CARRIERS[form.get('grant_type') ?? '']
  return OWN.exec(form.get(carrier ?? '') ?? '') ?? undefined
}
