import type { Demand } from './demand.ts'
import { firstNames, lastNames } from './names.ts'
import { openStream, stream } from './random.ts'
import { stores } from './stores.ts'

export interface DemoCustomer {
  readonly id: string
  readonly storeIndex: number
  readonly firstName: string
  readonly lastName: string
  readonly email: string
  readonly phone: string
}

const MAIL_HOSTS = ['example.com', 'example.net', 'example.org']
const SHOPS_TWICE = 0.08

/** The id of a store's n-th customer, without making the customer. */
export function customerId(seed: number, storeIndex: number, n: number): string {
  return openStream(seed, stream.customerId, storeIndex, n).uuid()
}

/** The part that does not change when a person is a customer of a second store: who it is, by the store and number of the first row. */
function person(seed: number, storeIndex: number, n: number) {
  const random = openStream(seed, stream.customer, storeIndex, n)
  const firstName = firstNames[random.below(firstNames.length)] ?? 'Ada'
  const lastName = lastNames[random.below(lastNames.length)] ?? 'Young'
  const host = MAIL_HOSTS[random.below(MAIL_HOSTS.length)] ?? 'example.com'
  // The store and the number make it unique; people write such numbers behind their names anyway.
  const email = `${firstName}.${lastName}${n * stores.length + storeIndex}@${host}`.toLowerCase()
  // Only numbers that are reserved for fiction.
  const phone = `+1 ${stores[storeIndex]?.areaCode} 555 01${String(random.below(100)).padStart(2, '0')}`
  const wanted = random.next()
  const offset = 1 + random.below(stores.length - 1)
  const firstStore = wanted < SHOPS_TWICE ? (storeIndex + offset) % stores.length : null
  return { firstName, lastName, email, phone, firstStore }
}

/**
 * The n-th customer of a store, who joined on `day`. Some are people who shop at another store already: then name, email and
 * phone are the same there. The number stays the same as well, so no email comes twice in one store.
 */
export function makeCustomer(seed: number, demand: Demand, day: number, storeIndex: number, n: number): DemoCustomer {
  const own = person(seed, storeIndex, n)
  const id = customerId(seed, storeIndex, n)
  if (own.firstStore !== null && n < (demand.members[day * stores.length + own.firstStore] ?? 0)) {
    const first = person(seed, own.firstStore, n)
    if (first.firstStore === null) return { ...first, id, storeIndex }
  }
  const { firstName, lastName, email, phone } = own
  return { id, storeIndex, firstName, lastName, email, phone }
}
