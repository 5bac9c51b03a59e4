import type { Context } from 'hono'
import type { OAuthBindings } from '../auth/authorization-server.ts'
import type { ConnectedClient } from '../auth/connected-client.ts'
import type { Config } from '../env.ts'
import type { Log } from '../observe/log.ts'
import type { Trace } from '../observe/trace.ts'
import type { SessionNamespace } from '../session/route.ts'

/** The part of the account objects' namespace that the routes need; an account is named by its user's id. */
export interface AccountNamespace {
  getByName(userId: string): {
    fetch(request: Request): Promise<Response>
    listClients(): Promise<readonly ConnectedClient[]>
    disconnect(grantId: string): Promise<boolean>
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

/** Whoever asks without being known: counted by the address that the platform saw. */
export function addressOf(request: Request): string {
  return request.headers.get('cf-connecting-ip') ?? 'unknown'
}
