import type { Principal } from '../../src/auth/principal.ts'

/** The one user that the suite acts as; no company has it. */
export const SUITE: Principal = {
  userId: 'c0f0c0f0-0000-4000-8000-000000000001',
  clientId: 'conformance-suite',
  grantId: 'conformance-suite',
  scopes: ['retail:read'],
}
