import type { GrantSummary } from '@cloudflare/workers-oauth-provider'
import { z } from 'zod'
import { SCOPES, type Scope } from './principal.ts'

/** What is written beside a grant when it is given; visible to whoever can read the storage. */
export const grantMetadata = z.object({
  client_name: z.string().catch('A client'),
  redirect_host: z.string().catch(''),
})

/** A client that a person has allowed. Times are milliseconds since 1970; used means a question or a new token, give or take ten minutes. */
export interface ConnectedClient {
  readonly grantId: string
  readonly clientId: string
  readonly name: string
  readonly redirectHost: string
  readonly scopes: readonly Scope[]
  readonly connectedAt: number
  readonly lastUsed: number
}

/** Makes a grant presentable. */
export function toConnectedClient(grant: GrantSummary, lastUsed: number | undefined): ConnectedClient {
  const { client_name, redirect_host } = grantMetadata
    .catch({ client_name: 'A client', redirect_host: '' })
    .parse(grant.metadata)
  const connectedAt = grant.createdAt * 1000
  return {
    grantId: grant.id,
    clientId: grant.clientId,
    name: client_name,
    redirectHost: redirect_host,
    scopes: SCOPES.filter((scope) => grant.scope.includes(scope)),
    connectedAt,
    lastUsed: lastUsed ?? connectedAt,
  }
}
