import type { RefusalBook } from '../retail/refusal-budget.ts'

/** What a session asks of its user's account: the object, one per user, that knows all of the user's sessions. */
export interface AccountLink extends RefusalBook {
  /** Notes that a session was used; when there are too many, the one that rested longest ends. */
  touchSession(use: { readonly name: string; readonly clientId: string; readonly grantId: string }): Promise<void>
  /** Forgets a session that has ended. */
  forgetSession(name: string): Promise<void>
}

/** Returns the link to a user's account; an entry without the binding (the conformance suite's) has none to ask. */
export function accountOf(env: object, userId: string): AccountLink {
  const { ACCOUNT } = env as { ACCOUNT?: { getByName(name: string): AccountLink } }
  if (ACCOUNT === undefined || userId === '') return NOBODY
  return ACCOUNT.getByName(userId)
}

const NOBODY: AccountLink = {
  touchSession: async () => {},
  forgetSession: async () => {},
  countRefusal: async () => 0,
  freeSqlClosedUntil: async () => 0,
}
