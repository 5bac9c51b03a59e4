import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { unstable_startWorker as startWorker } from 'wrangler'
import { z } from 'zod'
import { type JsonServer, startJsonServer } from './json-server.ts'

/**
 * Cloudflare's API (v4) on loopback, for wrangler itself and for us. What is uploaded is served: the Worker of this repository in
 * workerd, with exactly the secrets that came with the upload, at the public URL that is among them.
 */

const ROOT = join(import.meta.dirname, '../../..')
const ACCOUNT = '0'.repeat(32)
const VERSION = '11111111-1111-4111-8111-111111111111'

const metadata = z.looseObject({
  main_module: z.string(),
  bindings: z.array(z.looseObject({ name: z.string(), type: z.string() })),
})

type Running = Awaited<ReturnType<typeof startWorker>>

interface Script {
  readonly bindings: z.output<typeof metadata>['bindings']
  readonly secrets: Record<string, string>
  readonly running: Running | undefined
}

export interface CloudflareStandIn extends JsonServer {
  readonly workers: ReadonlyMap<string, Script>
  readonly namespaces: ReadonlyMap<string, string>
}

export interface CloudflareOptions {
  /** Finds the database behind the name that a Worker connects to. Without it nothing is served. */
  readonly endpointOf?: (databaseUrl: string) => string | undefined
}

export async function startCloudflare({ endpointOf }: CloudflareOptions = {}): Promise<CloudflareStandIn> {
  const workers = new Map<string, Script>()
  const namespaces = new Map<string, string>()

  async function upload(name: string, raw: Buffer, contentType: string) {
    const form = await new Response(new Uint8Array(raw), { headers: { 'content-type': contentType } }).formData()
    const { bindings } = metadata.parse(JSON.parse(String(form.get('metadata'))))
    const known = workers.get(name)
    const secrets = { ...known?.secrets }
    for (const one of bindings) if (one.type === 'secret_text') secrets[one.name] = String(one.text)
    await known?.running?.dispose()
    workers.set(name, { bindings, secrets, running: await serve(secrets) })
    return ok({ id: name, etag: 'e', pipeline_hash: 'p', deployment_id: 'd', startup_time_ms: 10 })
  }

  async function serve(secrets: Readonly<Record<string, string>>): Promise<Running | undefined> {
    const endpoint = endpointOf?.(secrets.DATABASE_URL ?? '')
    if (endpoint === undefined) return undefined
    const running = await startWorker({
      config: join(ROOT, 'wrangler.toml'),
      bindings: plainText({ ...secrets, DATABASE_ENDPOINT: endpoint }),
      dev: {
        server: { hostname: '127.0.0.1', port: Number(new URL(secrets.PUBLIC_URL ?? '').port) },
        inspector: false,
        watch: false,
        persist: false,
        logLevel: 'none',
      },
    })
    await running.ready
    return running
  }

  const server = await startJsonServer({
    'GET /accounts': () => ok([{ id: ACCOUNT, name: 'Test' }]),
    'GET /accounts/:a/workers/subdomain': () => ok({ subdomain: 'zava-test' }),
    'GET /accounts/:a/workers/scripts': () => ok([...workers.keys()].map((id) => ({ id }))),
    'GET /accounts/:a/workers/services/:s': ({ params: [, id = ''] }) =>
      workers.has(id)
        ? ok({ id, default_environment: { environment: 'production', script: { last_deployed_from: 'wrangler' } } })
        : noWorker(),
    'GET /accounts/:a/workers/scripts/:s/settings': ({ params: [, id = ''] }) => {
      const known = workers.get(id)
      return known === undefined ? noWorker() : ok({ bindings: known.bindings })
    },
    'GET /accounts/:a/workers/scripts/:s/secrets': ({ params: [, id = ''] }) => {
      const known = workers.get(id)
      if (known === undefined) return noWorker()
      return ok(Object.keys(known.secrets).map((name) => ({ name, type: 'secret_text' })))
    },
    'GET /accounts/:a/workers/scripts/:s/deployments': ({ params: [, id = ''] }) =>
      workers.has(id)
        ? ok({ deployments: [{ id: 'd', versions: [{ version_id: VERSION, percentage: 100 }] }] })
        : noWorker(),
    'PUT /accounts/:a/workers/scripts/:s': ({ params: [, id = ''], raw, headers }) =>
      upload(id, raw, headers['content-type'] ?? ''),
    'DELETE /accounts/:a/workers/scripts/:s': async ({ params: [, id = ''] }) => {
      const known = workers.get(id)
      if (known === undefined) return noWorker()
      workers.delete(id)
      await known.running?.dispose()
      return ok(null)
    },
    'GET /accounts/:a/workers/workers/:s': ({ params: [, id = ''] }) =>
      workers.has(id) ? ok({ id, name: id, subdomain: { enabled: true, previews_enabled: false } }) : noWorker(),
    'PATCH /accounts/:a/workers/scripts/:s/script-settings': () => ok({}),
    'POST /accounts/:a/workers/scripts/:s/subdomain': () => ok({ enabled: true, previews_enabled: false }),
    'GET /accounts/:a/workers/scripts/:s/subdomain': () => ok({ enabled: true, previews_enabled: false }),
    'PATCH /accounts/:a/workers/scripts/:s/secrets-bulk': async ({ params: [, id = ''], raw }) => {
      const known = workers.get(id)
      if (known === undefined) return noWorker()
      const { secrets } = bulk.parse(JSON.parse(raw.toString('utf8')))
      for (const [name, { text }] of Object.entries(secrets)) known.secrets[name] = text
      const endpoint = endpointOf?.(known.secrets.DATABASE_URL ?? '') ?? ''
      await known.running?.patchConfig({ bindings: plainText({ ...known.secrets, DATABASE_ENDPOINT: endpoint }) })
      return ok([])
    },
    'GET /accounts/:a/storage/kv/namespaces': () => ok([...namespaces].map(([id, title]) => ({ id, title }))),
    'POST /accounts/:a/storage/kv/namespaces': ({ body }) => {
      const { title } = z.object({ title: z.string() }).parse(body)
      if ([...namespaces.values()].includes(title)) return taken
      const id = randomUUID().replaceAll('-', '')
      namespaces.set(id, title)
      return ok({ id, title })
    },
    'DELETE /accounts/:a/storage/kv/namespaces/:n': ({ params: [, id = ''] }) => {
      namespaces.delete(id)
      return ok({})
    },
  })
  return {
    ...server,
    workers,
    namespaces,
    async stop() {
      await server.stop()
      for (const { running } of workers.values()) await running?.dispose()
    },
  }
}

const bulk = z.object({ secrets: z.record(z.string(), z.object({ text: z.string() })) })
const ok = (result: unknown) => ({ body: { success: true, errors: [], messages: [], result } })
const taken = {
  status: 400,
  body: {
    success: false,
    errors: [{ code: 10014, message: 'a namespace with this title already exists' }],
    result: null,
  },
}
const noWorker = () => ({
  status: 404,
  body: {
    success: false,
    errors: [{ code: 10007, message: 'This Worker does not exist.' }],
    messages: [],
    result: null,
  },
})
const plainText = (values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { type: 'plain_text' as const, value }]))
