/** What an attempt to see other stores came to: refused with a code, or the stores of the rows it got. */
export type Sighting = { readonly refused: string } | { readonly storeIds: readonly (string | null)[] }

/** Whether an attempt got nothing of a store that is not the caller's. */
export function isHarmless(sighting: Sighting, own: readonly string[]): boolean {
  return 'refused' in sighting || sighting.storeIds.every((id) => id === null || own.includes(id))
}

/** Says what an attempt came to. */
export function describeSighting(sighting: Sighting, own: readonly string[]): string {
  if ('refused' in sighting) return `refused: ${sighting.refused}`
  if (!isHarmless(sighting, own)) return 'SAW ANOTHER STORE'
  return sighting.storeIds.some((id) => id !== null) ? 'own rows only' : 'no rows'
}
