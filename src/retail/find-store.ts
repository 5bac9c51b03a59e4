import { nearest } from '../sql-guard/nearest.ts'
import type { Store } from './stores.ts'

/** Words that tell nothing of which store is meant. */
const EMPTY_WORDS = new Set(['the', 'my', 'our', 'store', 'shop', 'branch', 'location', 'at', 'in', 'of'])

/**
 * Finds the stores that a name or an id means: the id, the whole name as it stands, its telling words, then every store whose name, or name and place, holds
 * all the words. Several are all returned. A misspelled name finds none: another store's name may differ by a letter.
 */
export function findStores(ref: string, stores: readonly Store[]): readonly Store[] {
  const whole = ref.trim().toLowerCase()
  const wanted = wordsOf(ref)
  const tests: readonly ((one: Store) => boolean)[] = [
    (one) => one.store_id === whole,
    // Names may differ by case only, and whoever writes one as it stands means that one.
    (one) => one.store_name.trim() === ref.trim(),
    // There may be a shop that is called "My Shop".
    (one) => one.store_name.trim().toLowerCase() === whole,
    (one) => wordsOf(one.store_name).join(' ') === wanted.join(' '),
    (one) => wanted.every((word) => wordsOf(one.store_name).includes(word)),
    (one) => wanted.every((word) => wordsOf(`${one.store_name} ${one.location}`).includes(word)),
  ]
  for (const [i, test] of tests.entries()) {
    const found = i > 2 && wanted.length === 0 ? [] : stores.filter(test)
    if (found.length > 0) return found
  }
  return []
}

/** Words with which somebody means all of their stores. */
const ALL_WORDS = new Set(['all', 'every', 'each', 'both', 'stores', 'shops', 'branches', 'locations'])

/** What a text says that names no store: "all my stores" all of them, "my store" nothing at all; undefined for any other. */
export function readUnnamed(ref: string): 'all' | 'nothing' | undefined {
  const wanted = wordsOf(ref)
  if (!wanted.every((word) => ALL_WORDS.has(word))) return undefined
  if (wanted.length > 0) return 'all'
  return /\p{L}/u.test(ref) ? 'nothing' : undefined
}

/** Finds the stores of a region, by its whole name; none when there is no such region among these stores. */
export function findRegion(ref: string, stores: readonly Store[]): readonly Store[] {
  const wanted = wordsOf(ref)
    .filter((word) => word !== 'region')
    .join(' ')
  return wanted === '' ? [] : stores.filter(({ region }) => wordsOf(region).join(' ') === wanted)
}

/** Returns the store whose name is spelled most like `ref`, if one is. */
export function suggestStore(ref: string, stores: readonly Store[]): Store | undefined {
  const byWord = new Map(stores.flatMap((one) => wordsOf(one.store_name).map((word) => [word, one] as const)))
  const shared = wordsOf(ref).filter((word) => !byWord.has(word))
  const [near] = nearest(shared.join('_').slice(0, 64), [...byWord.keys()])
  return near === undefined ? undefined : byWord.get(near)
}

function wordsOf(text: string): string[] {
  const words = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
  return words.filter((word) => word !== '' && !EMPTY_WORDS.has(word))
}
