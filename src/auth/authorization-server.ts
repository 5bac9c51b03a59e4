import { OAuthAuthorizationServer, OAuthError } from '@cloudflare/workers-oauth-provider'
import type { Config } from '../env.ts'
import { AuthorizationError } from '../errors.ts'
import { createLog, describeError } from '../observe/log.ts'
import { readPerson } from './person.ts'
import { SCOPES } from './principal.ts'
import { BASIC_SCOPES, grantable } from './scopes.ts'

/** Where the authorization server keeps clients, grants and tokens: as hashes, or encrypted for who holds the token. */
export interface OAuthBindings {
  readonly OAUTH_KV: KVNamespace
}

export const PATHS = {
  authorize: '/authorize',
  token: '/oauth/token',
  register: '/oauth/register',
  resource: '/mcp',
  resourceMetadata: '/.well-known/oauth-protected-resource/mcp',
  serverMetadata: '/.well-known/oauth-authorization-server',
} as const

const HOUR_S = 3600
const DAY_S = 24 * HOUR_S
export const ACCESS_TOKEN_S = HOUR_S
/** A client that is not used for so long has to ask again. */
export const GRANT_IDLE_S = 30 * DAY_S
/** A registration that nobody uses is forgotten; one in use is renewed. */
export const REGISTRATION_S = 14 * DAY_S

const known = new WeakMap<Config, OAuthAuthorizationServer<OAuthBindings>>()

/** Returns this service's issuer identifier (RFC 8414), the origin of its public URL. */
export function issuerOf(config: Config): string {
  return new URL(config.PUBLIC_URL).origin
}

/** Returns the one resource that tokens are issued for (RFC 8707): the MCP endpoint. */
export function resourceOf(config: Config): string {
  return issuerOf(config) + PATHS.resource
}

/** Returns the authorization server of a configuration: PKCE S256 only, one resource, `iss` in every answer. */
export function authorizationServer(config: Config): OAuthAuthorizationServer<OAuthBindings> {
  const made = known.get(config) ?? makeServer(config)
  known.set(config, made)
  return made
}

/** The document of the protected resource (RFC 9728). */
export function resourceMetadata(config: Config): Record<string, unknown> {
  return {
    resource: resourceOf(config),
    authorization_servers: [issuerOf(config)],
    scopes_supported: BASIC_SCOPES,
    bearer_methods_supported: ['header'],
    resource_name: 'Zava Retail Analytics',
  }
}

function makeServer(config: Config): OAuthAuthorizationServer<OAuthBindings> {
  const log = createLog(config.LOG_LEVEL)
  return new OAuthAuthorizationServer<OAuthBindings>({
    issuer: issuerOf(config),
    resources: [resourceOf(config)],
    authorizeEndpoint: PATHS.authorize,
    tokenEndpoint: PATHS.token,
    clientRegistrationEndpoint: PATHS.register,
    clientRegistrationTTL: REGISTRATION_S,
    clientIdMetadataDocumentEnabled: true,
    scopesSupported: [...SCOPES],
    accessTokenTTL: ACCESS_TOKEN_S,
    refreshTokenTTL: GRANT_IDLE_S,
    refreshTokenIdleTTL: GRANT_IDLE_S,
    cookiePrefix: '__Host-zava-',
    tokenExchangeCallback: async ({ userId, requestedScope }) => ({
      accessTokenScope: await stillGrantable(userId, requestedScope, config),
    }),
    onError: ({ code, status, internal }) => {
      log.info('the authorization server refused', { code, status, reason: `${internal.category}/${internal.reason}` })
      // A client that was forgotten registers anew when it is told so with 400, which RFC 6749 allows without Basic.
      if (code !== 'invalid_client' || internal.reason !== 'client_not_found') return undefined
      const body = { error: code, error_description: 'Client not found. Register again.' }
      return Response.json(body, { status: 400, headers: { 'cache-control': 'no-store' } })
    },
  })
}

/** Somebody who was disabled gets no new tokens; somebody who left head office no longer sees others' summaries. */
async function stillGrantable(userId: string, requested: readonly string[], config: Config): Promise<string[]> {
  try {
    const { role } = await readPerson(userId, config)
    return requested.filter((scope) => (grantable(requested, role) as string[]).includes(scope))
  } catch (error) {
    if (error instanceof AuthorizationError) {
      throw new OAuthError('invalid_grant', { description: 'This account may not use the service any more.' })
    }
    // The database decides again inside every transaction, so its absence need not sign anybody out.
    createLog(config.LOG_LEVEL).warning('refreshing without the database', { error: describeError(error) })
    return requested.filter((scope) => scope !== 'ops:read')
  }
}
