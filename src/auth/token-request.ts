/** Reading a request to the token endpoint far enough to know whose account must see it. Nothing here is verified. */

/** The form of our codes, refresh tokens and access tokens: user, grant, secret. */
const OWN = /^([0-9a-f-]{36}):([\w-]{16}):[\w-]{32}$/

const CARRIERS = ['refresh_token', 'code', 'token'] as const

/** Reads a form without using up the request. */
export async function readForm(request: Request): Promise<URLSearchParams> {
  return new URLSearchParams(new TextDecoder().decode(await request.clone().arrayBuffer()))
}

/** Returns the user whom a request is about, or undefined. */
export function userIdOf(form: URLSearchParams): string | undefined {
  return partsOf(form)?.[1]
}

/** Returns the grant that a request is about, or undefined. */
export function grantIdOf(form: URLSearchParams): string | undefined {
  return partsOf(form)?.[2]
}

/** What a client authenticates with, however it is sent. */
export function clientSecretsOf(form: URLSearchParams, request: Request): string[] {
  const [scheme, basic = ''] = (request.headers.get('authorization') ?? '').split(' ')
  if (scheme?.toLowerCase() === 'basic') return ['basic', basic]
  return [form.get('client_id') ?? '', form.get('client_secret') ?? '']
}

function partsOf(form: URLSearchParams): RegExpExecArray | undefined {
  const carrier = CARRIERS.find((name) => form.has(name))
  return (carrier === undefined ? undefined : OWN.exec(form.get(carrier) ?? '')) ?? undefined
}
