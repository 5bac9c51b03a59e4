import type { Random } from './random.ts'

export type OrderStatus = 'pending' | 'completed' | 'cancelled' | 'returned'

/** What happens to an order, in seconds since 1970. Which of it has happened is a question of the moment that one looks. */
export interface OrderLife {
  readonly settledAt: number
  readonly isCancelled: boolean
  readonly returnedAt: number | null
}

const HOUR = 3600
const DAY = 24 * HOUR
/** After this long nothing happens to an order any more. */
export const LIFE_SECONDS = 80 * DAY

/** Draws the fate of an order placed at `placedAt`. */
export function drawLife(random: Random, placedAt: number, isOnline: boolean): OrderLife {
  const fate = random.next()
  const pace = random.next()
  const wait = random.next()
  const returnAfter = random.next()
  const isCancelled = fate < 0.02
  const isReturned = !isCancelled && fate < 0.051
  const settledAt = placedAt + Math.floor(waitingTime(isCancelled, pace, wait, isOnline))
  return {
    settledAt,
    isCancelled,
    returnedAt: isReturned ? settledAt + Math.floor((2 + 26 * returnAfter) * DAY) : null,
  }
}

/** Most purchases are done at the till; deliveries take days, and a few orders lie forgotten for weeks. */
function waitingTime(isCancelled: boolean, pace: number, wait: number, isOnline: boolean): number {
  if (pace > 0.99) return (5 + 40 * wait) * DAY
  if (isCancelled) return (1 + 47 * wait) * HOUR
  return pace < (isOnline ? 0.4 : 0.12) ? (0.5 + 4 * wait) * DAY : 0
}

/** The status at a moment, and since when. */
export function statusAt(life: OrderLife, placedAt: number, now: number): { status: OrderStatus; since: number } {
  if (life.settledAt > now) return { status: 'pending', since: placedAt }
  if (life.isCancelled) return { status: 'cancelled', since: life.settledAt }
  if (life.returnedAt !== null && life.returnedAt <= now) return { status: 'returned', since: life.returnedAt }
  return { status: 'completed', since: life.settledAt }
}
