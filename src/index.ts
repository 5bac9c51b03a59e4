import { createApp } from './app.ts'
import { authenticate } from './auth/authenticate.ts'
import { guardClientDocuments } from './auth/client-documents.ts'

export { Account } from './auth/account.ts'
export { EmbeddingBudget } from './session/embedding-budget.ts'
export { Session } from './session/session.ts'

// The one place where it can be held to our rules: the library has no hook for what it fetches.
globalThis.fetch = guardClientDocuments(globalThis.fetch.bind(globalThis))

export default createApp({ authenticate })
