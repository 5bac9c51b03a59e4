import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import { startEmbeddings } from '../../dev/embeddings/server.ts'
import type { LocalDatabase } from '../../dev/neon/local-database.ts'
import { type OwnerPool, openOwnerPool } from '../../sql/connect.ts'
import { migrate } from '../../sql/migrations.ts'
import { provisionService } from '../../sql/provision.ts'
import { startOidcStandIn } from './node/oidc-stand-in.ts'
import { FILLED, MIGRATED, openShelf, type Shelf, startCopy } from './node/shelves.ts'
import type { Engine, EngineName, Stack } from './stack-variables.ts'

/** Every test sees the same data, whenever it runs. */
export const TEST_NOW = new Date('2026-06-30T20:00:00Z')

const KEY_ID = 'w1'

export interface TestStack {
  readonly stack: Stack
  stop(): Promise<void>
}

/** What a stack is locked with. Stacks on one server share them: a login and its password belong to the whole server. */
export interface StackSecrets {
  readonly password: string
  readonly contextKey: string
  readonly sessionKey: string
}

export function newSecrets(): StackSecrets {
  return { password: secret(16), contextKey: secret(32), sessionKey: secret(32) }
}

/** The engines that tests run on. */
export const enginesOf = (serverUrl: string | undefined): readonly EngineName[] =>
  serverUrl === undefined ? ['embedded'] : ['embedded', 'server']

/** Puts what stacks and scratch databases are copies of on an engine's shelf. */
export async function fillShelf(engine: EngineName, { password, contextKey }: StackSecrets): Promise<void> {
  const shelf = openShelf(engine, process.env)
  await shelf.make(MIGRATED)
  await withStarted(shelf, MIGRATED, (database) => withOwnerPool(database, engine, (pool) => migrate(pool)))
  await shelf.copy(MIGRATED, FILLED)
  await withStarted(shelf, FILLED, async (database) => {
    await withOwnerPool(database, engine, (pool) =>
      provisionService(pool, { password, keyId: KEY_ID, keyHex: contextKey }),
    )
    await database.loadDemo({ size: 'small', seed: 1, now: TEST_NOW }, () => {})
  })
}

/** Takes away what `fillShelf` made. */
export async function emptyShelf(engine: EngineName): Promise<void> {
  const shelf = openShelf(engine, process.env)
  for (const name of [MIGRATED, FILLED]) await shelf.remove(name)
}

/** Starts what the tests need: a database with demo data per engine, a token issuer, the embeddings stand-in. */
export async function startTestStack(names: readonly EngineName[], secrets: StackSecrets): Promise<TestStack> {
  const databases = await Promise.all(names.map((name) => startCopy(openShelf(name, process.env), FILLED)))
  const engines = databases.map((database, i) => describeEngine(database, names[i] ?? 'embedded', secrets))
  const services = await startServices(secrets.sessionKey)
  const [first] = engines
  if (first === undefined) throw new Error('no engine')
  return {
    stack: {
      engines,
      bindings: {
        ...services.bindings,
        PUBLIC_URL: 'http://localhost:8787',
        DATABASE_URL: first.serviceUrl,
        DATABASE_ENDPOINT: first.endpoint,
        CONTEXT_KEY_ID: KEY_ID,
        CONTEXT_KEY: secrets.contextKey,
        TEST_ENGINES: JSON.stringify(engines),
      },
    },
    stop: async () => {
      await services.stop()
      await Promise.all(databases.map((database) => database.stop()))
    },
  }
}

/** Starts what a Worker needs besides a database, and says with which variables it finds it. */
export async function startServices(sessionKey = secret(32)) {
  const issuer = await startIssuer()
  const oidc = await startOidcStandIn()
  const embeddings = await startEmbeddings({})
  return {
    embeddings,
    bindings: {
      SESSION_KEY: sessionKey,
      TOKEN_ISSUER: issuer.url,
      TOKEN_AUDIENCE: 'zava-test',
      TOKEN_JWKS_URL: `${issuer.url}/jwks.json`,
      OIDC_ISSUER: oidc.issuer,
      OIDC_CLIENT_ID: oidc.clientId,
      OIDC_CLIENT_SECRET: oidc.clientSecret,
      OIDC_EMAIL: 'verified',
      EMBEDDINGS_BASE_URL: embeddings.url,
      EMBEDDINGS_MODEL: 'zava-demo-lexical',
      OPENAI_API_KEY: 'local',
      LOG_LEVEL: 'error',
      TEST_ISSUER_KEY: issuer.privateKey,
    },
    async stop() {
      await issuer.close()
      await oidc.close()
      await embeddings.close()
    },
  }
}

function describeEngine(database: LocalDatabase, name: EngineName, { password }: StackSecrets): Engine {
  const serviceUrl = new URL(database.ownerUrl)
  serviceUrl.username = 'zava_mcp'
  serviceUrl.password = password
  return { name, endpoint: database.endpoint, ownerUrl: database.ownerUrl, serviceUrl: serviceUrl.href }
}

async function withStarted(
  shelf: Shelf,
  name: string,
  work: (database: LocalDatabase) => Promise<void>,
): Promise<void> {
  // Compiling the engine for speed costs more than migrating and filling with it takes.
  const database = await shelf.start(name, { isBrief: true })
  try {
    await work(database)
  } finally {
    await database.stop()
  }
}

async function withOwnerPool(
  database: LocalDatabase,
  engine: EngineName,
  work: (pool: OwnerPool) => Promise<unknown>,
): Promise<void> {
  const pool =
    engine === 'server' ? openOwnerPool(database.ownerUrl) : openOwnerPool(database.ownerUrl, database.endpoint)
  try {
    await work(pool)
  } finally {
    await pool.end()
  }
}

/** An issuer like a company's: publishes its public key; the tests sign with the private one. */
async function startIssuer(): Promise<{ url: string; privateKey: string; close: () => Promise<void> }> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256', use: 'sig' }] })
  const server = createServer((_request, response) => response.setHeader('content-type', 'application/json').end(jwks))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    privateKey: JSON.stringify({ ...(await exportJWK(privateKey)), kid: 'test', alg: 'ES256' }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function secret(bytes: number): string {
  return randomBytes(bytes).toString('hex')
}
