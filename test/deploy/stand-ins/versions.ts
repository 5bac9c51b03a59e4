import { request as ask, createServer } from 'node:http'
import { join } from 'node:path'
import { findFreePort } from '../../../dev/stack/port.ts'
import { startLocalWorker } from '../../support/node/local-worker.ts'

const ROOT = join(import.meta.dirname, '../../..')
/** Spreads a share evenly over the requests: no factor in common with a hundred. */
const STRIDE = 37

/** Answers 500 wherever a path begins so: always, or only once every request comes here. */
export interface Spoiling {
  readonly path: string
  readonly onlyWhole?: boolean
}

/** One version of a Worker, in workerd. */
export interface ServedVersion {
  readonly id: string
  /** Undefined where nothing is served. */
  readonly port: number | undefined
  readonly spoiled: Spoiling | undefined
  tell(bindings: Readonly<Record<string, string>>): Promise<void>
  stop(): Promise<void>
}

/** Runs the Worker of this repository with these bindings; without any it runs nothing. */
export async function serveVersion(
  id: string,
  bindings: Readonly<Record<string, string>> | undefined,
  spoiled: Spoiling | undefined,
): Promise<ServedVersion> {
  if (bindings === undefined) return { id, port: undefined, spoiled, tell: async () => {}, stop: async () => {} }
  const port = await findFreePort()
  const worker = await startLocalWorker({ config: join(ROOT, 'wrangler.toml'), port, variables: bindings })
  return { id, port, spoiled, ...worker }
}

/** Where people come in. */
export interface Door {
  close(): Promise<void>
}

/**
 * Stands at a Worker's public URL and sends each request to a version: the one that the overriding header names, if it is part of
 * the deployment, else by the shares.
 */
export async function openDoor(
  publicUrl: string,
  worker: string,
  script: () =>
    | { readonly versions: readonly ServedVersion[]; readonly shares: Readonly<Record<string, number>> }
    | undefined,
): Promise<Door> {
  let served = 0
  const server = createServer((request, response) => {
    const { versions = [], shares = {} } = script() ?? {}
    const named = new RegExp(`${worker}="([^"]*)"`).exec(
      String(request.headers['cloudflare-workers-version-overrides']),
    )
    const wanted = named?.[1] !== undefined && named[1] in shares ? named[1] : pick(shares, (served++ * STRIDE) % 100)
    const version = versions.find(({ id }) => id === wanted)
    if (version?.port === undefined) return void response.writeHead(404).end()
    const { path: spoiledPath, onlyWhole } = version.spoiled ?? {}
    const isMeant = onlyWhole !== true || shares[version.id] === 100
    if (spoiledPath !== undefined && isMeant && request.url?.startsWith(spoiledPath)) {
      return void response.writeHead(500).end('told to fail')
    }
    const { method, url, headers } = request
    const onward = ask({ host: '127.0.0.1', port: version.port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.writeHead(502).end())
    request.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(Number(new URL(publicUrl).port), '127.0.0.1', resolve))
  return {
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function pick(shares: Readonly<Record<string, number>>, at: number): string {
  let sum = 0
  for (const [id, share] of Object.entries(shares)) {
    sum += share
    if (at < sum) return id
  }
  return ''
}
