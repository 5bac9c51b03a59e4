import { createBound } from '../../src/db/bound.ts'
import { type Ask, openDatabase } from '../../src/db/database.ts'
import { checkedQuery } from '../../src/db/query.ts'
import { AppError } from '../../src/errors.ts'
import type { Log } from '../../src/observe/log.ts'
import { CONTEXT_KEY_ID } from '../stack/worker-variables.ts'
import type { Sighting } from './sighting.ts'
import type { StackAtHand } from './stack-at-hand.ts'

const silent: Log = { debug() {}, info() {}, warning() {}, error() {}, with: () => silent }

/** Opens the Worker's own door to the database as one user, without the SQL guard in front of it. */
export function openDoor({ serviceUrl, owner, contextKey }: StackAtHand, userId: string): Ask {
  return openDatabase({
    url: serviceUrl,
    endpoint: owner.endpoint,
    key: { id: CONTEXT_KEY_ID, hex: contextKey },
    userId,
    bound: createBound({ max: 1, queueMs: 10_000, refusal: 'UNAVAILABLE' }),
    log: silent,
    now: Date.now,
  })
}

/** Tries SQL that selects `store_id` first, straight at the database; returns which stores it saw. */
export async function tryPastTheServer(ask: Ask, sql: string): Promise<Sighting> {
  try {
    const { results } = await ask([checkedQuery(sql)])
    return { storeIds: (results[0]?.rows ?? []).map(([storeId]) => storeId ?? null) }
  } catch (error) {
    if (error instanceof AppError && error.code !== 'UNAVAILABLE') return { refused: error.code }
    throw error
  }
}
