import OpenAI from 'openai'
import type { Config } from '../env.ts'

const TIMEOUT_MS = 5_000

/** Makes a client of the embedding service, per request: what Workers open in one request cannot be used in another. */
function createClient({ OPENAI_API_KEY, EMBEDDINGS_BASE_URL }: Config): OpenAI {
  return new OpenAI({
    apiKey: OPENAI_API_KEY ?? '',
    baseURL: EMBEDDINGS_BASE_URL ?? null,
    timeout: TIMEOUT_MS,
    maxRetries: 0,
  })
}

/** State of the embedding service: a class of failure, never its words. */
export type EmbeddingsHealth = 'healthy' | `unhealthy: ${'not configured' | 'refused' | 'unreachable'}`

/** Asks the service for its model; healthy only when the very model we use is there. */
export async function checkEmbeddings(config: Config): Promise<EmbeddingsHealth> {
  if (config.OPENAI_API_KEY === undefined) return 'unhealthy: not configured'
  try {
    await createClient(config).models.retrieve(config.EMBEDDINGS_MODEL)
    return 'healthy'
  } catch (error) {
    return error instanceof OpenAI.APIError && error.status !== undefined
      ? 'unhealthy: refused'
      : 'unhealthy: unreachable'
  }
}
