import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { type JsonServer, type JsonServerOptions, startJsonServer } from './json-server.ts'
import { type Door, openDoor, type ServedVersion, type Spoiling, serveVersion } from './versions.ts'

/**
 * Cloudflare's API (v4) on loopback, for wrangler itself and for us. What is uploaded is served: the Worker of this repository in
 * workerd, with exactly the secrets that came with the upload, at the public URL that is among them; several versions of it by the
 * shares of the newest deployment.
 */

const OWN = [{ id: '0'.repeat(32), name: 'Test' }]

const metadata = z.looseObject({
  main_module: z.string(),
  bindings: z.array(z.looseObject({ name: z.string(), type: z.string() })),
  migrations: z.looseObject({ new_tag: z.string() }).optional(),
})

interface Script {
  readonly bindings: z.output<typeof metadata>['bindings']
  /** Of the last migration of object classes that was applied. */
  readonly tag: string | undefined
  /** What the newest version is told; the next one inherits it. */
  readonly secrets: Record<string, string>
  readonly versions: (ServedVersion & { readonly secrets: Readonly<Record<string, string>> })[]
  modifiedOn: string
  /** Share of the requests by version, in percent; the newest deployment. */
  shares: Record<string, number>
  readonly door: Door | undefined
}

export interface CloudflareStandIn extends JsonServer {
  readonly workers: ReadonlyMap<string, Script>
  readonly namespaces: ReadonlyMap<string, string>
  /** What the version that gets most requests is told; undefined when there is no such Worker. */
  servingSecrets(worker: string): Readonly<Record<string, string>> | undefined
  /** Makes the next version that is uploaded a bad one. */
  spoilNextVersion(spoiling: Spoiling): void
}

export interface CloudflareOptions extends JsonServerOptions {
  /** Ids and names; one of the tests' own when absent. */
  readonly accounts?: readonly { readonly id: string; readonly name: string }[]
  /** Finds the database behind the name that a Worker connects to. Without it nothing is served. */
  readonly endpointOf?: (databaseUrl: string) => string | undefined
}

export async function startCloudflare({
  endpointOf,
  token,
  accounts = OWN,
}: CloudflareOptions = {}): Promise<CloudflareStandIn> {
  const workers = new Map<string, Script>()
  const namespaces = new Map<string, string>()
  let spoiled: Spoiling | undefined

  async function read(raw: Buffer, contentType: string) {
    const form = await new Response(new Uint8Array(raw), { headers: { 'content-type': contentType } }).formData()
    const { bindings, migrations } = metadata.parse(JSON.parse(String(form.get('metadata'))))
    const texts = bindings.filter(({ type }) => type === 'secret_text')
    return {
      bindings,
      tag: migrations?.new_tag,
      secrets: Object.fromEntries(texts.map(({ name, text }) => [name, String(text)])),
    }
  }

  async function addVersion(known: Script): Promise<string> {
    // Nobody can be sent to these any more but by name, and each costs a process.
    for (const old of known.versions) if (!(old.id in known.shares)) await old.stop()
    const id = randomUUID()
    const endpoint = endpointOf?.(known.secrets.DATABASE_URL ?? '')
    const bindings = { ...known.secrets, DATABASE_ENDPOINT: endpoint ?? '' }
    const served = await serveVersion(id, endpoint === undefined ? undefined : bindings, spoiled)
    known.versions.push({ ...served, secrets: { ...known.secrets } })
    spoiled = undefined
    return id
  }

  async function upload(name: string, raw: Buffer, contentType: string) {
    const { bindings, tag, secrets: given } = await read(raw, contentType)
    const before = workers.get(name)
    await before?.door?.close()
    const secrets: Record<string, string> = { ...before?.secrets, ...given }
    const isServed = endpointOf?.(secrets.DATABASE_URL ?? '') !== undefined
    const door = isServed ? await openDoor(secrets.PUBLIC_URL ?? '', name, () => workers.get(name)) : undefined
    const { versions = [], shares = {} } = before ?? {}
    const script: Script = {
      bindings,
      tag: tag ?? before?.tag,
      secrets,
      versions,
      shares,
      door,
      modifiedOn: new Date().toISOString(),
    }
    workers.set(name, script)
    script.shares = { [await addVersion(script)]: 100 }
    return ok({ id: name, etag: 'e', pipeline_hash: 'p', deployment_id: 'd', startup_time_ms: 10 })
  }

  async function takeDown(name: string): Promise<void> {
    const known = workers.get(name)
    workers.delete(name)
    await known?.door?.close()
    for (const version of known?.versions ?? []) await version.stop()
  }

  const server = await startJsonServer(
    {
      'GET /accounts': () => ok(accounts),
      'GET /accounts/:a/workers/subdomain': () => ok({ subdomain: 'zava-test' }),
      'GET /accounts/:a/workers/scripts': () =>
        ok([...workers].map(([id, { modifiedOn }]) => ({ id, modified_on: modifiedOn }))),
      'GET /accounts/:a/workers/services/:s': ({ params: [, id = ''] }) => {
        const known = workers.get(id)
        if (known === undefined) return noWorker()
        const script = { last_deployed_from: 'wrangler', migration_tag: known.tag }
        return ok({ id, default_environment: { environment: 'production', script } })
      },
      'GET /accounts/:a/workers/scripts/:s/settings': ({ params: [, id = ''] }) => {
        const known = workers.get(id)
        return known === undefined ? noWorker() : ok({ bindings: known.bindings })
      },
      'GET /accounts/:a/workers/scripts/:s/secrets': ({ params: [, id = ''] }) => {
        const known = workers.get(id)
        if (known === undefined) return noWorker()
        return ok(Object.keys(known.secrets).map((name) => ({ name, type: 'secret_text' })))
      },
      'GET /accounts/:a/workers/scripts/:s/deployments': ({ params: [, id = ''] }) => {
        const known = workers.get(id)
        if (known === undefined) return noWorker()
        const versions = Object.entries(known.shares).map(([version_id, percentage]) => ({ version_id, percentage }))
        return ok({ deployments: [{ id: 'd', source: 'wrangler', strategy: 'percentage', ...MADE, versions }] })
      },
      'POST /accounts/:a/workers/scripts/:s/deployments': ({ params: [, id = ''], body }) => {
        const known = workers.get(id)
        if (known === undefined) return noWorker()
        const { versions } = deployment.parse(body)
        known.shares = Object.fromEntries(versions.map(({ version_id, percentage }) => [version_id, percentage]))
        return ok({ id: randomUUID() })
      },
      'POST /accounts/:a/workers/scripts/:s/versions': async ({ params: [, id = ''], raw, headers }) => {
        const known = workers.get(id)
        if (known === undefined) return noWorker()
        Object.assign(known.secrets, (await read(raw, headers['content-type'] ?? '')).secrets)
        const made = { id: await addVersion(known), startup_time_ms: 10, metadata: { has_preview: false } }
        return ok({ ...made, resources: RESOURCES })
      },
      'GET /accounts/:a/workers/scripts/:s/versions/:v': ({ params: [, id = '', version = ''] }) => {
        const at = workers.get(id)?.versions.findIndex((one) => one.id === version) ?? -1
        if (at < 0) return noWorker()
        return ok({ id: version, number: at + 1, metadata: MADE, resources: RESOURCES })
      },
      'PUT /accounts/:a/workers/scripts/:s': ({ params: [, id = ''], raw, headers }) =>
        upload(id, raw, headers['content-type'] ?? ''),
      'DELETE /accounts/:a/workers/scripts/:s': async ({ params: [, id = ''] }) => {
        if (!workers.has(id)) return noWorker()
        await takeDown(id)
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
        for (const version of known.versions) await version.tell({ ...known.secrets, DATABASE_ENDPOINT: endpoint })
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
    },
    { token },
  )
  return {
    ...server,
    workers,
    namespaces,
    servingSecrets(worker) {
      const { versions = [], shares = {} } = workers.get(worker) ?? {}
      const [most] = Object.entries(shares).sort(([, a], [, b]) => b - a)
      return versions.find(({ id }) => id === most?.[0])?.secrets
    },
    spoilNextVersion(spoiling) {
      spoiled = spoiling
    },
    async stop() {
      await server.stop()
      for (const name of [...workers.keys()]) await takeDown(name)
    },
  }
}

const MADE = { created_on: '2026-11-28T12:00:00Z', author_email: 'operator@zava.example' }
const RESOURCES = {
  bindings: [],
  script: { etag: 'e', handlers: ['fetch'], last_deployed_from: 'wrangler' },
  script_runtime: {},
}
const deployment = z.object({ versions: z.array(z.object({ version_id: z.string(), percentage: z.number() })) })
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
