import type { UserContext } from '../db/database.ts'
import { SCOPES, type Scope } from './principal.ts'

/** What a client asks for when it has not been told: the tools, and free SQL, which a person may untick. */
export const BASIC_SCOPES: readonly Scope[] = ['retail:read', 'retail:sql']

/** Without it no door opens, so it cannot be unticked. */
export const NEEDED_SCOPE: Scope = 'retail:read'

/** Returns what of a request may be granted to somebody of this role: always reading, others' summaries to head office only. */
export function grantable(requested: readonly string[], role: UserContext['role']): Scope[] {
  const asked = SCOPES.filter((scope) => requested.includes(scope))
  const wanted = new Set<Scope>(asked.length === 0 ? BASIC_SCOPES : [NEEDED_SCOPE, ...asked])
  return SCOPES.filter((scope) => wanted.has(scope) && (scope !== 'ops:read' || role === 'head_office'))
}
