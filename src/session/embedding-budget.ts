import { DurableObject } from 'cloudflare:workers'
import type { Answer } from '../db/database.ts'
import type { Config } from '../env.ts'
import { describeError, type Log } from '../observe/log.ts'

/** A ceiling as somebody last heard it from the database: US dollars a day, null for none. */
export interface Ceiling {
  readonly dollars: number | null
  /** Milliseconds since 1970. */
  readonly heardAt: number
}

interface Book {
  /** UTC, `2026-11-28`. */
  readonly day: string
  readonly spent: number
  readonly ceiling: Ceiling | undefined
}

/**
 * What embeddings have cost today, all users together: one object per deployment, asked before each call that costs money.
 * It holds a day, a sum and the newest ceiling that any session has heard of; no text and no identity.
 */
export class EmbeddingBudget extends DurableObject<Cloudflare.Env> {
  /** Books `dollars` when they fit under the newest ceiling known; false when they do not, and nothing is booked. */
  async spend(dollars: number, heard: Ceiling | undefined, now = Date.now()): Promise<boolean> {
    const day = new Date(now).toISOString().slice(0, 10)
    const book = await this.ctx.storage.get<Book>('book')
    const ceiling = newest(book?.ceiling, heard)
    const spent = book?.day === day ? book.spent : 0
    const limit = ceiling?.dollars ?? Number.POSITIVE_INFINITY
    const fits = spent + dollars <= limit
    await this.ctx.storage.put('book', { day, spent: fits ? spent + dollars : spent, ceiling } satisfies Book)
    return fits
  }
}

function newest(a: Ceiling | undefined, b: Ceiling | undefined): Ceiling | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a.heardAt > b.heardAt ? a : b
}

/** The part of the namespace that asking needs. */
interface BudgetNamespace {
  getByName(name: string): { spend(dollars: number, heard: Ceiling | undefined): Promise<boolean> }
}

/** A language writes a token with three bytes or more: this errs on the side of the ceiling. */
const BYTES_PER_TOKEN = 3
/** There is one book, so there is one name. */
export const BUDGET = 'embeddings'

/** A session's side of the book: it hears of ceilings with every answer of the database, and asks before it spends. */
export interface EmbeddingPurse {
  /** Remembers the ceiling that came along with an answer, and returns the answer. */
  hear(answer: Answer): Answer
  /** Makes the question whether a text may be embedded today. An object that does not answer counts as no. */
  asker(config: Config, log: Log): (text: string) => Promise<boolean>
}

/** Opens the purse of one session. */
export function openEmbeddingPurse(env: object): EmbeddingPurse {
  const { EMBEDDING_BUDGET: namespace } = env as { EMBEDDING_BUDGET?: BudgetNamespace }
  let heard: Ceiling | undefined
  return {
    hear(answer) {
      const { embeddingsCeiling: dollars } = answer
      if (dollars !== undefined) heard = { dollars, heardAt: Date.now() }
      return answer
    },
    asker:
      ({ EMBEDDINGS_USD_PER_MILLION_TOKENS: price }, log) =>
      async (text) => {
        if (namespace === undefined) return true
        const tokens = Math.ceil(new TextEncoder().encode(text).length / BYTES_PER_TOKEN)
        try {
          return await namespace.getByName(BUDGET).spend((tokens * price) / 1e6, heard)
        } catch (error) {
          log.warning('the book of embeddings cannot be asked', { error: describeError(error) })
          return false
        }
      },
  }
}
