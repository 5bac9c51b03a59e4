import { nearest } from '../sql-guard/nearest.ts'
import type { Store } from './stores.ts'

/** Words that tell nothing of which store is meant. */
const EMPTY_WORDS = new Set(['the', 'my', 'our', 'store', 'shop', 'branch', 'location', 'at', 'in', 'of'])

/**
 * Finds the stores that a name or an id means: the id, the whole name, then every store whose name, or name and place, holds
 * all the words. Several are all returned. A misspelled name finds none: another store's name may differ by a letter.
 */
export function findStores(ref: string, stores: readonly Store[]): readonly Store[] {
  const id = ref.trim().toLowerCase()
  const wanted = wordsOf(ref)
  const tests: readonly ((one: Store) => boolean)[] = [
    (one) => one.store_id === id,
    (one) => wordsOf(one.store_name).join(' ') === wanted.join(' '),
    (one) => wanted.every((word) => wordsOf(one.store_name).includes(word)),
    (one) => wanted.every((word) => wordsOf(`${one.store_name} ${one.location}`).includes(word)),
  ]
  for (const [i, test] of tests.entries()) {
    const found = i > 0 && wanted.length === 0 ? [] : stores.filter(test)
    if (found.length > 0) return found
  }
  return []
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
