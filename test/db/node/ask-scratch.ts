import { createBound } from '../../../src/db/bound.ts'
import { type Ask, openDatabase } from '../../../src/db/database.ts'
import { createLog, type Log } from '../../../src/observe/log.ts'
import type { Scratch } from '../../sql/node/scratch.ts'

export interface AskScratchOptions {
  readonly url?: string
  readonly log?: Log
}

/** The product's own door to a scratch database. */
export function askScratch(
  scratch: Pick<Scratch, 'serviceUrl' | 'endpoint' | 'key'>,
  userId: string,
  options: AskScratchOptions = {},
): Ask {
  return openDatabase({
    url: options.url ?? scratch.serviceUrl,
    endpoint: scratch.endpoint,
    key: scratch.key,
    userId,
    bound: createBound({ max: 10, queueMs: 2_000, refusal: 'UNAVAILABLE' }),
    log: options.log ?? createLog('error'),
    now: Date.now,
  })
}

/** A log that remembers its sentences instead of writing them. */
export function listen(): { log: Log; lines: string[] } {
  const lines: string[] = []
  const write = (message: string) => void lines.push(message)
  const log: Log = { debug: write, info: write, warning: write, error: write, with: () => log }
  return { log, lines }
}
