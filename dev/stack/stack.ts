import { randomUUID } from 'node:crypto'
import { type Progress, secondsSince } from '../../ops/terminal/progress.ts'
import type { DemoSize } from '../demo/size.ts'
import { startEmbeddings } from '../embeddings/server.ts'
import { mintToken, type TokenOptions } from '../issuer/mint-token.ts'
import { startIssuer } from '../issuer/server.ts'
import { openSigningKey } from '../issuer/signing-key.ts'
import type { DatabaseAccess } from './access.ts'
import { type DataFolder, dataFolder, makeDataFolder, resetDataFolder } from './data-folder.ts'
import { fillDatabase } from './demo-data.ts'
import { Parts } from './parts.ts'
import { readPeople, type StackPerson } from './people.ts'
import { findFreePort, requireFreePort } from './port.ts'
import { bringUpToDate } from './schema.ts'
import { openSecrets } from './secrets.ts'
import { startDatabase } from './start-database.ts'
import { StartError } from './start-error.ts'
import { claimDataFolder, clearState, refuseSecondStack, type StackState, updateState } from './state.ts'
import { toStartError } from './to-start-error.ts'
import { launchWorker, untilWorkerReady } from './worker.ts'
import { workerVariables } from './worker-variables.ts'

export interface StackOptions {
  /** Relative to the repository's root; `.data/local` when absent. */
  readonly dataDir?: string | undefined
  /** Of the MCP server; any free one when 0. */
  readonly port: number
  readonly size?: DemoSize | undefined
  /** A superuser's connection string; the embedded Postgres when absent. */
  readonly databaseUrl?: string | undefined
  /** Deletes what the data folder holds first. */
  readonly reset?: boolean
  readonly now?: Date
  readonly progress: Progress
  /** Ends the start, and everything that was started. */
  readonly signal?: AbortSignal
}

/** A whole local stack, answering. */
export interface Stack {
  /** `http://localhost:PORT` */
  readonly publicUrl: string
  readonly data: DataFolder
  readonly people: readonly StackPerson[]
  /** The database as its owner reaches it. */
  readonly owner: DatabaseAccess
  mint(options: Omit<TokenOptions, 'now'>): Promise<string>
  /** A sentence about the first part that ended by itself; pending as long as none does. */
  readonly died: Promise<string>
  stop(): Promise<void>
}

/**
 * Starts database, embeddings, token issuer and the Worker, and returns when it answers. Whatever goes wrong, nothing
 * stays behind. Throws `StartError` for what the person can mend, and the signal's reason when it fires.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const data = dataFolder(options.dataDir)
  const parts = new Parts()
  const { promise: interrupted, reject: interrupt } = Promise.withResolvers<never>()
  options.signal?.addEventListener('abort', () => interrupt(options.signal?.reason), { once: true })
  const death = parts.died.then((sentence) => {
    throw new StartError(sentence, `The MCP server's log is in ${data.log}`)
  })
  try {
    options.signal?.throwIfAborted()
    return await Promise.race([startParts(options, data, parts), interrupted, death])
  } catch (error) {
    await parts.stop()
    throw toStartError(error, data, { isServer: options.databaseUrl !== undefined })
  }
}

async function startParts(options: StackOptions, data: DataFolder, parts: Parts): Promise<Stack> {
  const { progress, size, now = new Date() } = options
  const { port, secrets, key, issuer, state } = await claim(options, data, parts)
  const embeddings = await startEmbeddings()
  parts.add({ name: 'embeddings stand-in', stop: () => embeddings.close() })

  const step = progress.step('Database')
  const opened = performance.now()
  const { database, name, part } = await startDatabase(data, options.databaseUrl)
  parts.add(part)
  const owner = { url: database.ownerUrl, endpoint: database.endpoint }

  const launched = performance.now()
  const around = { publicUrl: state.publicUrl, databaseEndpoint: database.endpoint, databaseName: name }
  const variables = workerVariables({ ...around, keysUrl: issuer.keysUrl, embeddingsUrl: embeddings.url, secrets })
  const worker = await launchWorker({ data, port, variables })
  parts.add({ name: 'MCP server', ...worker })
  const answering = async () => {
    await untilWorkerReady(worker, { data, port, variables })
    return secondsSince(launched)
  }
  const preparing = async () => {
    const applied = await bringUpToDate(owner, secrets)
    step.end(`ready${applied === 0 ? '' : `, ${applied} migrations applied`} (${secondsSince(opened)})`)
    await fillDatabase(database, { size, now, progress })
    return readPeople(owner)
  }
  // While the data loads, the Worker is built: the two hardly wait for the same things.
  const [serving, people] = await Promise.all([answering(), preparing()])
  progress.step('Server').end(`ready (${serving})`)
  await updateState(data, { ...state, owner })

  return {
    publicUrl: state.publicUrl,
    data,
    people,
    owner,
    mint: (token) => mintToken(key, { ...token, now: Date.now() }),
    died: parts.died,
    stop: () => parts.stop(),
  }
}

/** Makes sure that nobody else has the folder or the port, and writes this stack down as the one that has. */
async function claim(options: StackOptions, data: DataFolder, parts: Parts) {
  await refuseSecondStack(data)
  const port = options.port === 0 ? await findFreePort() : options.port
  await requireFreePort(port)
  if (options.reset) await resetDataFolder(data)
  await makeDataFolder(data)

  const id = randomUUID()
  const [secrets, key] = await Promise.all([openSecrets(data.secrets), openSigningKey(data.signingKey)])
  const issuer = await startIssuer(key, id)
  parts.add({ name: 'token issuer', stop: () => issuer.close() })
  const state: StackState = {
    id,
    pid: process.pid,
    issuerPort: issuer.port,
    publicUrl: `http://localhost:${port}`,
  }
  await claimDataFolder(data, state)
  parts.add({ name: 'entry in the data folder', stop: () => clearState(data, id) })
  return { port, secrets, key, issuer, state }
}
