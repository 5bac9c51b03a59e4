import { DIMENSIONS } from './lexical.ts'
import { RequestError } from './request-error.ts'

export interface EmbeddingRequest {
  readonly texts: readonly string[]
  /** Whatever the caller asked for; OpenAI-compatible services repeat it. */
  readonly modelName: string
  readonly dimensions: number
  readonly isBase64: boolean
}

const MAX_TEXTS = 2048

/** Reads the body of `POST /v1/embeddings`. Throws `RequestError` with the field that is wrong. */
export function readEmbeddingRequest(body: unknown): EmbeddingRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new RequestError(400, 'The body must be an object.')
  const { model, input, dimensions = DIMENSIONS, encoding_format = 'float' } = body as Record<string, unknown>
  if (typeof model !== 'string' || model === '') throw new RequestError(400, 'You must provide a model.', 'model')
  const texts: unknown[] = Array.isArray(input) ? input : [input]
  if (texts.length === 0 || texts.length > MAX_TEXTS) {
    throw new RequestError(400, `'input' must have 1 to ${MAX_TEXTS} texts.`, 'input')
  }
  if (!texts.every((text): text is string => typeof text === 'string' && text !== '')) {
    throw new RequestError(400, "'input' must be a text or a list of texts, none of them empty.", 'input')
  }
  if (typeof dimensions !== 'number' || !Number.isInteger(dimensions) || dimensions < 1 || dimensions > DIMENSIONS) {
    throw new RequestError(400, `'dimensions' must be a whole number from 1 to ${DIMENSIONS}.`, 'dimensions')
  }
  if (encoding_format !== 'float' && encoding_format !== 'base64') {
    throw new RequestError(400, "'encoding_format' must be 'float' or 'base64'.", 'encoding_format')
  }
  return { texts, modelName: model, dimensions, isBase64: encoding_format === 'base64' }
}
