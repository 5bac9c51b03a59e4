import type { Config } from '../env.ts'
import { authorizationServer, type OAuthBindings, resourceOf } from './authorization-server.ts'
import { type Principal, principal, SCOPES } from './principal.ts'
import { bearerToken, InvalidTokenError, servicePrincipal } from './token.ts'

/** The form of our own tokens: user, grant and secret. Everything else must be a JWT of the configured issuer. */
const OWN_TOKEN = /^[0-9a-f-]{36}:([\w-]{16}):[\w-]{32}$/

/**
 * The one way from a request to a principal: a token that we issued for this very resource, or a JWT of the configured
 * issuer. Throws `InvalidTokenError`, or `UnavailableError` when a token cannot be verified at the moment.
 */
export async function authenticate(
  request: Request,
  config: Config,
  now: number,
  env: OAuthBindings,
): Promise<Principal> {
  const token = bearerToken(request)
  const [, grantId] = OWN_TOKEN.exec(token) ?? []
  if (grantId === undefined) return servicePrincipal(token, config, now)
  const issued = await authorizationServer(config).validateToken(resourceOf(config), token, env)
  if (issued === null) throw new InvalidTokenError('unknown, expired or revoked')
  const { userId, clientId, scope } = issued
  return principal.parse({ userId, clientId, grantId, scopes: SCOPES.filter((name) => scope.includes(name)) })
}
