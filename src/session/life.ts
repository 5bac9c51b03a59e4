import type { Principal } from '../auth/principal.ts'
import { describeError, type Log } from '../observe/log.ts'
import type { AccountLink } from './account-link.ts'
import type { SessionStorage } from './storage.ts'

/** A session rests at most so long, and lives at most so long. */
export const IDLE_S = 24 * 3600
export const OLDEST_S = 30 * 24 * 3600
/** Being used is written down, and told to the account, this often at most: a session that talks costs no write per question. */
const TOUCH_EVERY_S = 10 * 60

export interface LifeOptions {
  readonly storage: SessionStorage
  /** The object's own name. */
  readonly name: () => string
  readonly accountOf: (userId: string) => AccountLink
  /** Calls `endWhenIdle` after so many seconds. */
  readonly schedule: (seconds: number) => Promise<void>
  /** Lets work go on beside the answer. */
  readonly beside: (work: Promise<void>) => void
  readonly log: () => Log
}

/** When one session began, when it was last used, and when it must end. */
export interface Life {
  /** Notes a use; the account then ends the user's session that rested longest, when there are too many. */
  touch(at: number, who: Principal): Promise<void>
  /** Seconds that the session may still rest or live; 0 when it is over. */
  secondsLeft(at: number): Promise<number>
  /** Tells the account that the session is no more. */
  leave(): Promise<void>
}

export function createLife({ storage, name, accountOf, schedule, beside, log }: LifeOptions): Life {
  let lastTouched = 0

  const tell = async (userId: string, what: (account: AccountLink) => Promise<void>): Promise<void> => {
    try {
      await what(accountOf(userId))
    } catch (error) {
      // The account is for keeping order; without it a session still ends by itself.
      log().warning('the account does not answer', { error: describeError(error) })
    }
  }

  return {
    async touch(at, { userId, clientId, grantId }) {
      if (at - lastTouched < TOUCH_EVERY_S * 1000) return
      lastTouched = at
      const life = await storage.get('life')
      await storage.put('life', { started_at: life?.started_at ?? at, last_used: at, user_id: userId })
      if (life === undefined) await schedule(IDLE_S)
      beside(tell(userId, (account) => account.touchSession({ name: name(), clientId, grantId })))
    },
    async secondsLeft(at) {
      const life = await storage.get('life')
      if (life === undefined) return 0
      const rest = IDLE_S - (at - life.last_used) / 1000
      const age = OLDEST_S - (at - life.started_at) / 1000
      // Uses of the last minutes may not have been written down; a session that rested so nearly a day has rested a day.
      return rest <= TOUCH_EVERY_S || age <= 0 ? 0 : Math.ceil(Math.min(rest, age))
    },
    async leave() {
      const life = await storage.get('life')
      if (life !== undefined) await tell(life.user_id, (account) => account.forgetSession(name()))
    },
  }
}
