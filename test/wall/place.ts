import { env } from 'cloudflare:workers'
import { z } from 'zod'
import { type DemoPerson, getPerson, people } from '../../dev/demo/people.ts'
import { stores } from '../../dev/demo/stores.ts'
import { engine } from '../support/stack-variables.ts'
import { type Door, enter, type Loot, loot, openDoor, type Row, type Statement, signToken } from './door.ts'

const bindings = z
  .looseObject({
    TEST_ENGINES: z.string().transform((text) => z.array(engine).parse(JSON.parse(text))),
    CONTEXT_KEY: z.string(),
    CONTEXT_KEY_ID: z.string(),
  })
  .parse(env)

/** The Worker's signing key, which an attacker does not have. */
export const WORKER_KEY = { id: bindings.CONTEXT_KEY_ID, hex: bindings.CONTEXT_KEY }

/** The user without stores that the migrations make. */
export const CANARY = '00000000-0000-4000-8000-00000000ca4a'

/** Keys of the eight store managers. */
export const managers = people.filter(({ role }) => role === 'store_manager').map(({ key }) => key)

/** One engine with demo data: the service's login, the owner's for the truth. */
export interface Place {
  readonly name: string
  readonly service: Door
  readonly owner: Door
  /** Enters as a demo person (or a user id) and returns the rows of each statement after that. */
  as(who: string, ...statements: readonly Statement[]): Promise<Row[][]>
  /** The same for a statement that may fail; returns what it gave away. */
  attackAs(who: string, ...statements: readonly Statement[]): Promise<Loot>
}

/** Every engine that the tests were started with. */
export const places: readonly Place[] = bindings.TEST_ENGINES.map(({ name, endpoint, serviceUrl, ownerUrl }) => {
  const service = openDoor(serviceUrl, endpoint)
  return {
    name,
    service,
    owner: openDoor(ownerUrl, endpoint),
    as: async (who, ...statements) => (await service.run([await enterAs(who), ...statements])).slice(1),
    attackAs: async (who, ...statements) => loot(service, [await enterAs(who), ...statements]),
  }
})

/** A good statement 0 for a demo person or a user id. */
export async function enterAs(who: string): Promise<Statement> {
  return enter(await signToken({ userId: userIdOf(who), keyHex: WORKER_KEY.hex, keyId: WORKER_KEY.id }))
}

export function userIdOf(who: string): string {
  return who.includes('-') && who.length === 36 ? who : getPerson(who).userId
}

/** Ids of the stores that a person answers for, from the demo data's definition, not from the database. */
export function storeIdsOf(who: string): string[] {
  if (who === CANARY) return []
  const { storeKeys }: DemoPerson = getPerson(who)
  return stores
    .filter(({ key }) => storeKeys.includes(key))
    .map(({ id }) => id)
    .sort()
}

/** A list of UUIDs as Postgres writes it. */
export function asArray(ids: readonly string[]): string {
  return `{${ids.join(',')}}`
}
