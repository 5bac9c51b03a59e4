import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { importJWK, type JWK, SignJWT } from 'jose'
import { getPerson } from '../../../dev/demo/people.ts'
import { dataFolder, makeDataFolder } from '../../../dev/stack/data-folder.ts'
import { findFreePort } from '../../../dev/stack/port.ts'
import { launchWorker, untilWorkerReady } from '../../../dev/stack/worker.ts'
import { readStack } from '../../support/stack-variables.ts'
import type { FullDatabase } from './differential.ts'

/** The whole Worker in a process of its own, whose objects' storage lies in a folder and outlives the process. */
export interface KillableWorker {
  /** Asks as a demo person; true when an answer came that is no error. */
  call(who: string, args: Record<string, unknown>): Promise<boolean>
  /** Ends the process and its children at once, as a power cut would. */
  kill(): Promise<void>
}

export async function startKillableWorker(database: FullDatabase, folder: string): Promise<KillableWorker> {
  const { bindings } = readStack(process.env)
  const { TEST_ISSUER_KEY = '', TEST_ENGINES: _, ...shared } = bindings
  const port = await findFreePort()
  const publicUrl = `http://localhost:${port}`
  const data = dataFolder(folder)
  await makeDataFolder(data)
  const options = {
    data,
    port,
    variables: {
      ...shared,
      PUBLIC_URL: publicUrl,
      DATABASE_URL: database.serviceUrl,
      DATABASE_ENDPOINT: database.endpoint,
      CONTEXT_KEY_ID: database.key.id,
      CONTEXT_KEY: database.key.hex,
    },
  }
  const worker = await launchWorker(options)
  await untilWorkerReady(worker, options)

  const clients = new Map<string, Promise<Client>>()
  const connect = async (who: string): Promise<Client> => {
    const token = await new SignJWT({ scope: 'retail:read retail:sql', client_id: 'proof' })
      .setProtectedHeader({ alg: 'ES256', kid: 'test' })
      .setSubject(getPerson(who).userId)
      .setIssuer(shared.TOKEN_ISSUER ?? '')
      .setAudience(shared.TOKEN_AUDIENCE ?? '')
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(await importJWK(JSON.parse(TEST_ISSUER_KEY) as JWK, 'ES256'))
    const client = new Client({ name: 'proof', version: '1' }, { versionNegotiation: { mode: 'auto' } })
    const requestInit = { headers: { authorization: `Bearer ${token}` } }
    await client.connect(new StreamableHTTPClientTransport(new URL(`${publicUrl}/mcp`), { requestInit }))
    return client
  }

  return {
    async call(who, args) {
      try {
        const client = clients.get(who) ?? connect(who)
        clients.set(who, client)
        const result = await (await client).callTool({ name: 'execute_sales_query', arguments: args })
        return result.isError !== true
      } catch {
        // The process died under the call, or is not there yet.
        clients.delete(who)
        return false
      }
    },
    async kill() {
      worker.kill()
      await worker.ended
    },
  }
}
