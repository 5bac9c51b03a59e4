import { join } from 'node:path'
import { importJWK, type JWK, SignJWT } from 'jose'
import { getPerson } from '../../../dev/demo/people.ts'
import { findFreePort } from '../../../dev/stack/port.ts'
import { startLocalWorker } from '../../support/node/local-worker.ts'
import { readStack } from '../../support/stack-variables.ts'

/** The whole Worker on loopback, for clients that come over the network. */
export interface Served {
  readonly publicUrl: string
  readonly mcpUrl: URL
  /** Signs a token of an hour for a demo person, as the company's issuer would. */
  token(who: string): Promise<string>
  stop(): Promise<void>
}

/** Serves the Worker of a folder, the repository's unless told otherwise, in front of the tests' first database. */
export async function serve(root = join(import.meta.dirname, '../../..')): Promise<Served> {
  const { bindings } = readStack(process.env)
  const { TEST_ISSUER_KEY = '', TEST_ENGINES: _, ...variables } = bindings
  const publicUrl = `http://localhost:${await findFreePort()}`
  const worker = await startLocalWorker({
    config: join(root, 'wrangler.toml'),
    port: Number(new URL(publicUrl).port),
    variables: { ...variables, PUBLIC_URL: publicUrl },
  })
  return {
    publicUrl,
    mcpUrl: new URL('/mcp', publicUrl),
    token: async (who) =>
      new SignJWT({ scope: 'retail:read retail:sql', client_id: 'served' })
        .setProtectedHeader({ alg: 'ES256', kid: 'test' })
        .setSubject(getPerson(who).userId)
        .setIssuer(variables.TOKEN_ISSUER ?? '')
        .setAudience(variables.TOKEN_AUDIENCE ?? '')
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(await importJWK(JSON.parse(TEST_ISSUER_KEY) as JWK, 'ES256')),
    stop: () => worker.stop(),
  }
}
