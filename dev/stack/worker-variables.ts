import { LEXICAL_MODEL } from '../embeddings/lexical.ts'
import { AUDIENCE, ISSUER } from '../issuer/mint-token.ts'
import type { Secrets } from './secrets.ts'

const SERVICE_ROLE = 'zava_mcp'
/** Under this name the database knows the Worker's signing key. */
export const CONTEXT_KEY_ID = 'w1'

export interface WorkerSurroundings {
  readonly publicUrl: string
  readonly databaseEndpoint: string
  /** Name of the database behind the endpoint, as it stands in a URL. */
  readonly databaseName: string
  readonly keysUrl: string
  readonly embeddingsUrl: string
  readonly secrets: Secrets
}

/** The variables and secrets with which the Worker runs locally; src/env.ts says what each means. */
export function workerVariables(around: WorkerSurroundings): Record<string, string> {
  const { secrets } = around
  return {
    PUBLIC_URL: around.publicUrl,
    DATABASE_URL: serviceUrlOf(around.databaseName, secrets.servicePassword),
    DATABASE_ENDPOINT: around.databaseEndpoint,
    CONTEXT_KEY_ID,
    CONTEXT_KEY: secrets.contextKey,
    SESSION_KEY: secrets.sessionKey,
    TOKEN_ISSUER: ISSUER,
    TOKEN_AUDIENCE: AUDIENCE,
    TOKEN_JWKS_URL: around.keysUrl,
    EMBEDDINGS_BASE_URL: around.embeddingsUrl,
    EMBEDDINGS_MODEL: LEXICAL_MODEL,
    OPENAI_API_KEY: 'local-stand-in-needs-no-key',
    DEMO: 'true',
  }
}

/** Makes the connection string of the Worker; the host says nothing, because the endpoint is told by another variable. */
export function serviceUrlOf(databaseName: string, password: string): string {
  return `postgresql://${SERVICE_ROLE}:${password}@127.0.0.1/${databaseName}`
}

/** Writes variables as a file for `--env-file`. Throws on a value that the reader would not give back unchanged. */
export function toEnvFile(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => {
      // The reader expands `$` even in quotes.
      if (/['$\\\r\n]/.test(value)) throw new Error(`${name} holds a character that an env file cannot carry`)
      return `${name}='${value}'\n`
    })
    .join('')
}
