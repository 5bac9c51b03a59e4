import type { Answer, Ask, Operation } from '../db/database.ts'
import type { Query } from '../db/query.ts'
import { AuthorizationError, ValidationError } from '../errors.ts'
import type { Calendar } from './calendar.ts'
import { findRegion, findStores, readUnnamed, suggestStore } from './find-store.ts'
import { type KnownStores, readStores, type Store, type StoreMemory, storesQuery, toKnownStores } from './stores.ts'

/**
 * About whose stores a question is, decided before any report is asked for. The caller's own stores are all that is ever
 * looked at: a store of somebody else's and a store that does not exist are the same thing here. The wall is the database.
 */

/** What it takes to find that out; a call has all of it. */
export interface StoreAccess {
  readonly ask: Ask
  readonly signal: AbortSignal
  readonly stores: StoreMemory
  readonly calendar: Calendar
  readonly now: () => number
}

/** The stores of one question; `calendar` counts days as they do: one store in its own zone, several in the company's. */
export interface StoreScope {
  readonly stores: readonly Store[]
  /** Whether these are all of the caller's stores; then no filter is needed. */
  readonly isAll: boolean
  readonly calendar: Calendar
}

export interface StoreChoice {
  /** A store's name or id, a region's name, `all`, or nothing. */
  readonly ref: string | undefined
  readonly field?: string
  /** Asks the user for one of several stores, when none is named; returns its id, or nothing when they would not say. */
  readonly choose?: ((stores: readonly Store[]) => Promise<string | undefined>) | undefined
}

export interface ScopedOptions extends StoreChoice {
  readonly operation?: Operation
  readonly fresh?: boolean
}

/** Before somebody is refused, the list of their stores is read again if it is older than this. */
const REFUSE_FROM_MS = 30_000
const MOST_NAMED = 10

/**
 * Finds the stores that are meant, without a database request while the session remembers the caller's stores. Throws
 * `AuthorizationError` for a store that is not the caller's, `ValidationError` when a name fits several of theirs.
 */
export async function resolveStore(access: StoreAccess, choice: StoreChoice): Promise<StoreScope> {
  const known = (await access.stores.recall()) ?? (await readStores(access))
  const scope = await pick(access, choice, known)
  if (scope !== undefined) return scope
  const isOld = access.now() - known.readAt > REFUSE_FROM_MS
  const again = isOld ? await readStores(access) : known
  const second = isOld ? await pick(access, choice, again) : undefined
  if (second === undefined) throw refusal(choice.ref ?? '', again.stores)
  return second
}

/**
 * Asks for a report about the stores that are meant, in one round trip. The list of the caller's stores comes back with it;
 * had it changed since it was remembered, the report is asked for once more, about the stores as they are.
 */
export async function askScoped(
  access: StoreAccess,
  options: ScopedOptions,
  plan: (scope: StoreScope) => readonly Query[],
): Promise<{ readonly scope: StoreScope; readonly answer: Answer }> {
  const scope = await resolveStore(access, options)
  const first = await ask(access, options, plan(scope))
  const now = await resolveStore(access, { ...options, choose: async () => chosenBefore(scope) })
  if (idsOf(now) === idsOf(scope)) return { scope, answer: first }
  return { scope: now, answer: await ask(access, options, plan(now)) }
}

async function ask(access: StoreAccess, options: ScopedOptions, queries: readonly Query[]): Promise<Answer> {
  const { operation = 'report', fresh = false } = options
  const answer = await access.ask([...queries, storesQuery], { signal: access.signal, operation, fresh })
  const ageMs = (answer.cached?.age_s ?? 0) * 1000
  await access.stores.remember(toKnownStores(answer.results.at(-1), access.now() - ageMs))
  return { ...answer, results: answer.results.slice(0, -1) }
}

async function pick(
  access: StoreAccess,
  { ref, field = 'store', choose }: StoreChoice,
  known: KnownStores,
): Promise<StoreScope | undefined> {
  const { stores } = known
  if (stores.length === 0) throw new AuthorizationError('You have no stores yet.', { hint: NO_STORES })
  if (ref === undefined && stores.length > 1 && choose !== undefined) {
    const id = await choose(stores)
    const found = stores.find(({ store_id }) => store_id === id)
    return toScope(access, found === undefined ? stores : [found], stores)
  }
  if (ref === undefined || /^\s*(all|all[ _]stores)\s*$/i.test(ref)) return toScope(access, stores, stores)
  const found = findStores(ref, stores)
  if (found.length > 1) throw ambiguous(field, found)
  const meant = found.length === 0 ? findRegion(ref, stores) : found
  if (meant.length > 0) return toScope(access, meant, stores)
  const unnamed = readUnnamed(ref)
  if (unnamed === 'nothing') return pick(access, { ref: undefined, field, choose }, known)
  return unnamed === 'all' ? toScope(access, stores, stores) : undefined
}

const NO_STORES = 'Whoever runs this service assigns them.'

function toScope({ calendar }: StoreAccess, chosen: readonly Store[], all: readonly Store[]): StoreScope {
  const [only] = chosen
  const isOne = chosen.length === 1 && only !== undefined
  return {
    stores: chosen,
    isAll: chosen.length === all.length,
    calendar: isOne ? { ...calendar, timeZone: only.time_zone } : calendar,
  }
}

/** What the user answered, so that they are not asked again. */
function chosenBefore({ stores, isAll }: StoreScope): string | undefined {
  return isAll ? undefined : stores[0]?.store_id
}

function idsOf({ stores, calendar }: StoreScope): string {
  return [calendar.timeZone, ...stores.map(({ store_id }) => store_id).sort()].join()
}

/** One sentence for every store that is not theirs, whether there is one or not. */
function refusal(ref: string, stores: readonly Store[]): AuthorizationError {
  const near = suggestStore(ref, stores)
  const lead = near === undefined ? '' : `Did you mean ${near.store_name}? `
  return new AuthorizationError('None of your stores has that name or id.', { hint: `${lead}${listed(stores)}` })
}

function ambiguous(field: string, found: readonly Store[]): ValidationError {
  return new ValidationError('Several of your stores fit that name.', {
    field,
    constraint: 'the name or id of one store, or all',
    hint: listed(found),
  })
}

function listed(stores: readonly Store[]): string {
  const names = stores.slice(0, MOST_NAMED).map(({ store_name }) => store_name)
  const rest = stores.length - names.length
  return `Name one of: ${names.join(', ')}${rest > 0 ? `, and ${rest} more (whoami lists them)` : ''}.`
}
