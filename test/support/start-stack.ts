import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import pg from 'pg'
import { startEmbeddings } from '../../dev/embeddings/server.ts'
import { type LocalDatabase, startLocalDatabase } from '../../dev/neon/local-database.ts'
import { startServerDatabase } from '../../dev/neon/server-database.ts'
import { openOwnerPool } from '../../sql/connect.ts'
import { migrate } from '../../sql/migrations.ts'
import { provisionService } from '../../sql/provision.ts'
import { startOidcStandIn } from './node/oidc-stand-in.ts'
import type { Engine, Stack } from './stack-variables.ts'

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

/** Starts what the tests need: one or two databases with demo data, a token issuer, the embeddings stand-in. */
export async function startTestStack(serverUrl: string | undefined, secrets = newSecrets()): Promise<TestStack> {
  const databases: LocalDatabase[] = [await startLocalDatabase({})]
  const scratch = serverUrl === undefined ? undefined : await createScratchDatabase(serverUrl)
  if (scratch !== undefined) databases.push(await startServerDatabase({ url: scratch.url }))
  const engines = await Promise.all(
    databases.map((database, i) => prepare(database, i === 0 ? 'embedded' : 'server', secrets)),
  )

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
      await scratch?.drop()
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

/** A database of this run's own: what an earlier run left, or a run beside this one does, must not matter. */
export async function createScratchDatabase(serverUrl: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `zava_test_${randomBytes(6).toString('hex')}`
  const run = async (statement: string) => {
    const client = new pg.Client({ connectionString: serverUrl })
    await client.connect()
    await client.query(statement).finally(() => client.end())
  }
  await run(`create database ${name} template template0`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => run(`drop database if exists ${name} with (force)`) }
}

async function prepare(database: LocalDatabase, name: string, { password, contextKey }: StackSecrets): Promise<Engine> {
  const pool = openOwnerPool(database.ownerUrl, database.endpoint)
  try {
    await migrate(pool)
    await provisionService(pool, { password, keyId: KEY_ID, keyHex: contextKey })
  } finally {
    await pool.end()
  }
  await database.loadDemo({ size: 'small', seed: 1, now: TEST_NOW }, () => {})
  const serviceUrl = new URL(database.ownerUrl)
  serviceUrl.username = 'zava_mcp'
  serviceUrl.password = password
  return { name, endpoint: database.endpoint, ownerUrl: database.ownerUrl, serviceUrl: serviceUrl.href }
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
