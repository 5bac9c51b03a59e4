import { env } from 'cloudflare:workers'
import { z } from 'zod'
import { getPerson } from '../../dev/demo/people.ts'
import { createBound } from '../../src/db/bound.ts'
import { type Ask, openDatabase } from '../../src/db/database.ts'
import { createLog } from '../../src/observe/log.ts'
import { type Engine, engine } from '../support/stack-variables.ts'

const bindings = z
  .looseObject({
    TEST_ENGINES: z.string().transform((text) => z.array(engine).parse(JSON.parse(text))),
    CONTEXT_KEY: z.string(),
    CONTEXT_KEY_ID: z.string(),
  })
  .parse(env)

/** Every engine that the tests were started with. */
export const engines: readonly Engine[] = bindings.TEST_ENGINES

/** The product's own door to an engine, as a demo person. `url` may say more than the engine's own. */
export function askAs(key: string, place: Engine, url = place.serviceUrl): Ask {
  return askAsUser(getPerson(key).userId, place, url)
}

/** The same as anybody whose id is known. */
export function askAsUser(userId: string, { serviceUrl, endpoint }: Engine, url = serviceUrl): Ask {
  return openDatabase({
    url,
    endpoint,
    key: { id: bindings.CONTEXT_KEY_ID, hex: bindings.CONTEXT_KEY },
    userId,
    bound: createBound({ max: 10, queueMs: 2_000, refusal: 'UNAVAILABLE' }),
    log: createLog('error'),
    now: Date.now,
  })
}
