import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { OAuthBindings } from '../auth/authorization-server.ts'
import type { ConnectedClient } from '../auth/connected-client.ts'
import type { Config } from '../env.ts'
import { ValidationError } from '../errors.ts'
import type { Log } from '../observe/log.ts'
import type { Trace } from '../observe/trace.ts'
import type { SessionNamespace } from '../session/route.ts'

/** The part of the account objects' namespace that the routes need; an account is named by its user's id. */
export interface AccountNamespace {
  getByName(userId: string): {
    fetch(request: Request): Promise<Response>
    listClients(): Promise<readonly ConnectedClient[]>
    disconnect(grantId: string): Promise<boolean>
    spendCode(mark: string, until: number): Promise<boolean>
  }
}

/** What a request carries through the routes: the platform's bindings, and what the first steps found out about it. */
export interface AppEnv {
  Bindings: {
    SESSION: SessionNamespace
    ACCOUNT: AccountNamespace
    RATE_LIMIT: RateLimit
    REGISTRATION_LIMIT: RateLimit
    SIGN_IN_LIMIT: RateLimit
  } & OAuthBindings
  Variables: { requestId: string; trace: Trace; config: Config; log: Log }
}

export type AppContext = Context<AppEnv>

const MIB = 1024 * 1024

/**
 * Whoever asks without being known: counted by the address that the platform saw, or by its first 64 bits for IPv6, of which
 * everybody has as many as they like.
 */
export function addressOf(request: Request): string {
  const address = request.headers.get('cf-connecting-ip') ?? 'unknown'
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::')
  const groups = head.split(':').filter((group) => group !== '')
  const missing = tail === undefined ? [] : Array<string>(Math.max(0, 4 - groups.length)).fill('0')
  return [...groups, ...missing].slice(0, 4).join(':').toLowerCase()
}

/** The body is over the limit. */
export class TooLargeError extends ValidationError {}

/** Refuses larger bodies before they are read, however they are sent. */
export function limitBody(maxSize: number): MiddlewareHandler {
  const constraint = maxSize < MIB ? `at most ${maxSize / 1024} KiB` : `at most ${maxSize / MIB} MiB`
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new TooLargeError('The request is too large.', { field: 'body', constraint })
    },
  })
}

/** Reads the form that a page of ours has posted. Throws `ValidationError` for any other body. */
export async function readPostedForm(c: AppContext): Promise<FormData> {
  return c.req.raw.formData().catch((cause: unknown) => {
    throw new ValidationError('This is not a form.', { field: 'body', constraint: 'a form of our own page', cause })
  })
}
