/**
 * The Worker that the conformance suite talks to: our app, our session object and our transports, with two differences.
 * Nobody has to sign in, and the session serves the suite's fixtures. It runs on loopback only and is never shipped.
 */
import { createApp } from '../../src/app.ts'
import { SUITE } from './principal.ts'

export { Account } from '../../src/auth/account.ts'
export { EmbeddingBudget } from '../../src/session/embedding-budget.ts'
export { ConformanceSession as Session } from './session.ts'

export default createApp({ authenticate: async () => SUITE })
