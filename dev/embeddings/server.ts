/**
 * A stand-in for an OpenAI-compatible embedding service, for work without a key and without a network. It listens on
 * 127.0.0.1 only, asks nobody who they are, and answers with lexical vectors under a model name that says so.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type EmbeddingRequest, readEmbeddingRequest } from './embedding-request.ts'
import { type Faults, openFaults } from './faults.ts'
import { embedLexically, LEXICAL_MODEL } from './lexical.ts'
import { RequestError } from './request-error.ts'

export interface EmbeddingServer {
  readonly port: number
  /** Base URL as the `openai` client takes it. */
  readonly url: string
  close(): Promise<void>
}

const MAX_BODY_BYTES = 4 * 1024 * 1024
const CREATED = 1_577_836_800

/** Starts the stand-in; without a port on a free one. */
export async function startEmbeddings({ port = 0 }: { readonly port?: number } = {}): Promise<EmbeddingServer> {
  const faults = openFaults()
  const server = createServer((request, response) => {
    answer(request, faults).then(
      (body) => send(response, 200, body),
      (error: unknown) => {
        if (!(error instanceof RequestError)) console.error('embeddings stand-in:', error)
        const known = error instanceof RequestError ? error : new RequestError(500, 'The stand-in failed.')
        for (const [name, value] of Object.entries(known.headers)) response.setHeader(name, value)
        send(response, known.status, known.body)
      },
    )
  })
  await listen(server, port)
  const { port: actual } = server.address() as AddressInfo
  return {
    port: actual,
    url: `http://127.0.0.1:${actual}/v1`,
    async close() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

async function answer(request: IncomingMessage, faults: Faults): Promise<unknown> {
  const route = `${request.method} ${request.url?.split('?')[0]}`
  if (route === 'POST /faults') return faults.set(await readJson(request))
  if (route === 'GET /v1/models') return { object: 'list', data: [model] }
  if (route === `GET /v1/models/${LEXICAL_MODEL}`) return model
  if (route === 'POST /v1/embeddings') {
    const asked = readEmbeddingRequest(await readJson(request))
    const { isShort } = await faults.strike(asked.texts)
    return embed(isShort ? { ...asked, dimensions: 8 } : asked)
  }
  throw new RequestError(404, `Unknown request: ${route}`)
}

const model = { id: LEXICAL_MODEL, object: 'model', created: CREATED, owned_by: 'zava-demo' }

function embed({ texts, modelName, dimensions, isBase64 }: EmbeddingRequest): unknown {
  const data = texts.map((text, index) => {
    const vector = embedLexically(text, dimensions)
    return { object: 'embedding', index, embedding: isBase64 ? base64(vector) : Array.from(vector) }
  })
  const tokens = texts.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0)
  return { object: 'list', data, model: modelName, usage: { prompt_tokens: tokens, total_tokens: tokens } }
}

/** Little-endian floats, as the `openai` client unpacks them. */
function base64(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4)
  vector.forEach((x, i) => {
    bytes.writeFloatLE(x, i * 4)
  })
  return bytes.toString('base64')
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    // Read on without keeping it: a client that is still sending would never see the answer.
    if (size <= MAX_BODY_BYTES) chunks.push(chunk)
  }
  if (size > MAX_BODY_BYTES) throw new RequestError(413, `The body is larger than ${MAX_BODY_BYTES} bytes.`)
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw new RequestError(400, 'The body is not JSON.')
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
}
