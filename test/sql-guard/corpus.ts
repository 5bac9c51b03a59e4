/** Loads the corpora, unedited, and puts this service's names in the place of the lab's; our own attacks stand beside them. */
import attacksFile from '../corpus/attacks.json' with { type: 'json' }
import legitFile from '../corpus/legit.json' with { type: 'json' }
import ownAttacksFile from '../corpus/own-attacks.json' with { type: 'json' }
import ownLegitFile from '../corpus/own-legit.json' with { type: 'json' }

export interface Attack {
  readonly id: string
  readonly class: string
  readonly sql: string
  readonly why: string
  readonly expected: string
}

export interface LegitimateQuery {
  readonly id: string
  readonly tags: string
  readonly sql: string
}

/** Lab name → ours. The store under attack is one that exists here, so that a leak would show. */
const NAMES: readonly (readonly [lab: RegExp, ours: string])[] = [
  [/\bapp_ro\b/g, 'zava_mcp'],
  [/\bneondb_owner\b/g, 'zava_verifier'],
  // Products have UUIDs here; the query asks for one product, whichever it is.
  [/\bproduct_id (=|<>) 42\b/g, "product_id $1 '00000000-0000-4000-8000-000000000042'"],
]

function renamed<T extends { readonly sql: string }>(entry: T): T {
  return { ...entry, sql: NAMES.reduce((sql, [lab, ours]) => sql.replace(lab, ours), entry.sql) }
}

export const attacks: readonly Attack[] = [...attacksFile, ...ownAttacksFile].map(renamed)
export const legitimateQueries: readonly LegitimateQuery[] = [...legitFile, ...ownLegitFile].map(renamed)

/**
 * Attacks expected to be rejected that the guard lets through because the database refuses them: id → by what. Empty:
 * the guard refuses all of them itself.
 */
export const REFUSED_BY_DATABASE: ReadonlyMap<string, string> = new Map()
