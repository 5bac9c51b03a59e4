import type { QueryEmbedding } from './query-embedding.ts'

/** Ways a search went. */
export const SEARCH_MODES = ['meaning and words', 'words'] as const

/** Under this name the local stand-in serves its vectors, so that nobody takes them for a language model's. */
export const STAND_IN_MODEL = 'zava-demo-lexical'

type Missing = Extract<QueryEmbedding, { unavailable: unknown }>['unavailable']

const REASONS: Readonly<Record<Missing, string>> = {
  'not configured': 'no embedding service is set up',
  refused: 'the embedding service refuses this service; whoever runs it must look',
  busy: 'the embedding service has too much to do; try again in a minute',
  failing: 'the embedding service fails; try again later',
  unreachable: 'the embedding service cannot be reached; try again later',
  slow: 'the embedding service takes too long; try again later',
  unusable: 'the embedding service sends vectors that do not fit; whoever runs it must look',
  'over the daily limit': 'the limit for embeddings is reached for today',
}

export interface SearchOutcome {
  readonly missing: Missing | undefined
  /** Whether products have embeddings of the question's model. */
  readonly hasEmbeddings: boolean
  readonly model: string | undefined
  readonly count: number
}

/** Says in a sentence or two what the reader of an answer must know about how it came to be; undefined when nothing. */
export function explainSearch({ missing, hasEmbeddings, model, count }: SearchOutcome): string | undefined {
  const sentences = [
    missing === undefined ? undefined : `Searched by words only: ${REASONS[missing]}.`,
    missing === undefined && !hasEmbeddings
      ? 'Searched by words only: no product has an embedding of the model in use; whoever runs this service makes them with "npm run embeddings:sync".'
      : undefined,
    model === STAND_IN_MODEL && hasEmbeddings
      ? 'Similarities come from the demo’s lexical stand-in, which knows related words but is no language model.'
      : undefined,
    count === 0 ? 'Nothing fits. Say it in other words, lower similarity_threshold, or drop a filter.' : undefined,
  ].filter((sentence) => sentence !== undefined)
  return sentences.length === 0 ? undefined : sentences.join(' ')
}
