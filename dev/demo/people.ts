import { stores } from './stores.ts'

export interface DemoPerson {
  /** How scripts and tests name this person. */
  readonly key: string
  readonly userId: string
  readonly email: string
  readonly displayName: string
  readonly role: 'store_manager' | 'regional_manager' | 'head_office'
  /** Keys of the stores this person answers for. */
  readonly storeKeys: readonly string[]
}

function manager(storeKey: string, displayName: string, userId: string): DemoPerson {
  const email = `${storeKey}@zava.example`
  return { key: storeKey, userId, email, displayName, role: 'store_manager', storeKeys: [storeKey] }
}

/**
 * Everybody who can sign in to the demo. The managers' ids are the ones people know from the original sample; they belong to
 * users here, never to stores, and some have version bits that no generator sets.
 */
export const people: readonly DemoPerson[] = [
  manager('seattle', 'Maren Solberg', 'f47ac10b-58cc-4372-a567-0e02b2c3d479'),
  manager('bellevue', 'Anil Deshmukh', '6ba7b810-9dad-11d1-80b4-00c04fd430c8'),
  manager('tacoma', 'Rosa Villalobos', 'a1b2c3d4-e5f6-7890-abcd-ef1234567890'),
  manager('spokane', 'Duncan Farley', 'd8e9f0a1-b2c3-4567-8901-234567890abc'),
  manager('everett', 'Thuy Nguyen', '3b9ac9fa-cd5e-4b92-a7f2-b8c1d0e9f2a3'),
  manager('redmond', 'Pavel Horak', 'e7f8a9b0-c1d2-3e4f-5678-90abcdef1234'),
  manager('kirkland', 'Imani Okoye', '9c8b7a65-4321-fed0-9876-543210fedcba'),
  manager('online', 'Jonas Lindqvist', '2f4e6d8c-1a3b-5c7e-9f0a-b2d4f6e8c0a2'),
  {
    key: 'regional',
    userId: 'aaaa1111-2222-4333-8444-555566667777',
    email: 'regional@zava.example',
    displayName: 'Grace Whitfield',
    role: 'regional_manager',
    storeKeys: ['seattle', 'bellevue', 'redmond', 'kirkland'],
  },
  {
    key: 'head-office',
    userId: 'bbbb1111-2222-4333-8444-555566667777',
    email: 'head-office@zava.example',
    displayName: 'Samuel Adeyemi',
    role: 'head_office',
    storeKeys: stores.map((store) => store.key),
  },
]

/** Throws when nobody has this key, with the keys that exist. */
export function getPerson(key: string): DemoPerson {
  const person = people.find((candidate) => candidate.key === key)
  if (person === undefined)
    throw new Error(`no demo person "${key}"; there are ${people.map((one) => one.key).join(', ')}`)
  return person
}
