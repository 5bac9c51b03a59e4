import OpenAI from 'openai'
import { type EmbeddingFailure, embeddingRequest, toEmbeddingError, toVector } from '../../src/search/embeddings.ts'
import { AdvisedError } from '../terminal/advised-error.ts'

/** How the embedding service is reached; any that speaks OpenAI's protocol. */
export interface ServiceOptions {
  readonly apiKey: string
  readonly baseUrl?: string | undefined
  readonly model: string
  readonly signal: AbortSignal
  /** Waits, as the service or our own patience asks for. */
  readonly sleep: (milliseconds: number) => Promise<void>
  readonly onWait?: (milliseconds: number, failure: EmbeddingFailure) => void
}

/** Vectors in the order of the texts, and what the service counted as used. */
export interface EmbeddedBatch {
  readonly vectors: readonly Float32Array[]
  readonly tokens: number
}

const TRIES = 8
const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 120_000
const TIMEOUT_MS = 60_000
const PASSING: readonly EmbeddingFailure[] = ['busy', 'failing', 'unreachable', 'slow']

const ADVICE: Readonly<Record<EmbeddingFailure, string>> = {
  'not configured': 'Set OPENAI_API_KEY.',
  refused: 'Check OPENAI_API_KEY, EMBEDDINGS_BASE_URL and EMBEDDINGS_MODEL.',
  busy: 'The rate or the budget of the account is used up; run this again later, it goes on where it was.',
  failing: 'Run this again later; it goes on where it was.',
  unreachable: 'Check EMBEDDINGS_BASE_URL and the network; run this again, it goes on where it was.',
  slow: 'Run this again later, perhaps with a smaller --batch; it goes on where it was.',
  unusable: 'The model must give 1,536 numbers; EMBEDDINGS_MODEL names another one.',
}

/** Opens the way to the service. What it returns throws `AdvisedError` when the service gives nothing usable after 8 tries. */
export function openService(options: ServiceOptions): (texts: readonly string[]) => Promise<EmbeddedBatch> {
  const { apiKey, baseUrl, model, signal } = options
  const client = new OpenAI({ apiKey, baseURL: baseUrl ?? null, timeout: TIMEOUT_MS, maxRetries: 0 })
  return async (texts) => {
    for (let tried = 1; ; tried += 1) {
      try {
        const { data, usage } = await client.embeddings.create(embeddingRequest(model, [...texts]), { signal })
        const ordered = data.toSorted((a, b) => a.index - b.index)
        return { vectors: texts.map((_, i) => toVector(ordered[i]?.embedding)), tokens: usage?.total_tokens ?? 0 }
      } catch (thrown) {
        signal.throwIfAborted()
        const { failure } = toEmbeddingError(thrown)
        if (!PASSING.includes(failure) || tried === TRIES || isSpent(thrown)) {
          throw new AdvisedError(`The embedding service is ${failure}.`, ADVICE[failure], { cause: thrown })
        }
        const wait = waitFor(thrown, tried)
        options.onWait?.(wait, failure)
        await options.sleep(wait)
        signal.throwIfAborted()
      }
    }
  }
}

/** An account without money answers 429 too; waiting does not fill it. */
function isSpent(thrown: unknown): boolean {
  return thrown instanceof OpenAI.APIError && thrown.code === 'insufficient_quota'
}

/** The service's own wait (RFC 9110 Retry-After: seconds or a date; OpenAI also in milliseconds), else doubling from 1 s. */
function waitFor(thrown: unknown, tried: number): number {
  const headers = thrown instanceof OpenAI.APIError ? thrown.headers : undefined
  const milliseconds = Number(headers?.get('retry-after-ms') ?? Number.NaN)
  if (milliseconds >= 0) return Math.min(milliseconds, LONGEST_WAIT_MS)
  const after = headers?.get('retry-after') ?? ''
  const asked = /^\d+(\.\d+)?$/.test(after) ? Number(after) * 1000 : Date.parse(after) - Date.now()
  if (asked >= 0) return Math.min(asked, LONGEST_WAIT_MS)
  return Math.min(FIRST_WAIT_MS * 2 ** (tried - 1), LONGEST_WAIT_MS) * (0.75 + Math.random() / 2)
}
