import { readFile, stat } from 'node:fs/promises'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findFreePort } from '../../dev/stack/port.ts'
import { smokeToken } from '../../ops/deploy/deployment.ts'
import { openContext } from '../../ops/deploy/open-context.ts'
import { rotationSteps } from '../../ops/deploy/rotate.ts'
import { setupSteps } from '../../ops/deploy/setup-steps.ts'
import { runSteps } from '../../ops/deploy/steps.ts'
import { teardownSteps } from '../../ops/deploy/teardown.ts'
import { makeFolder } from './folder.ts'
import { type CloudflareStandIn, startCloudflare } from './stand-ins/cloudflare.ts'
import { type NeonStandIn, startNeon } from './stand-ins/neon.ts'

const WORKER = 'zava-try'
const progress = {
  step: (name: string) => ({ update() {}, end: (text: string) => void outcomes.push(`${name}: ${text}`) }),
}
let outcomes: string[] = []

describe('npm run setup', () => {
  let neon: NeonStandIn
  let cloudflare: CloudflareStandIn
  let folder: string
  let publicUrl: string

  beforeAll(async () => {
    neon = await startNeon()
    cloudflare = await startCloudflare({ endpointOf: (url) => neon.endpointOf(url) })
    folder = await makeFolder()
    publicUrl = `http://localhost:${await findFreePort()}`
  })
  afterAll(async () => {
    await cloudflare.stop()
    await neon.stop()
  })

  const open = () =>
    openContext({
      worker: WORKER,
      environment: 'production',
      folder,
      endpointOf: (url) => neon.endpointOf(url),
      sleep: async () => {},
      env: {
        CLOUDFLARE_API_TOKEN: 'cf-token-of-the-test',
        PUBLIC_URL: publicUrl,
        CLOUDFLARE_API_BASE_URL: cloudflare.url,
        NEON_API_KEY: 'neon-key-of-the-test',
        NEON_API_BASE_URL: neon.url,
      },
    })
  const setUp = async () => {
    outcomes = []
    const context = await open()
    await runSteps(setupSteps(context), { progress, again: 'npm run setup' })
    return context
  }

  it('makes everything from nothing and tries it as real clients; a failure says which step, why, and how to go on', {
    timeout: 400_000,
  }, async () => {
    neon.fail({ route: 'POST /projects', status: 429, times: 1, headers: { 'retry-after': '1' } })
    neon.fail({ route: 'GET /projects/:project/connection_uri', status: 423, times: 2 })
    cloudflare.fail({ route: 'PUT /accounts/:a/workers/scripts/:s', status: 400, times: 1, body: refused })

    await expect(setUp()).rejects.toMatchObject({
      message: expect.stringMatching(/^Step 6 of 7, "Deploy", failed: .*the script did not start/s),
      advice: expect.stringContaining('Go on where it stopped: npm run setup'),
    })
    cloudflare.spoilNextVersion({ path: '/readyz' })
    await expect(setUp()).rejects.toMatchObject({
      message: expect.stringMatching(/^Step 7 of 7, "Smoke test", failed: .*✗ ready/s),
    })
    const context = await setUp()

    expect(outcomes).toEqual([
      `Cloudflare: ${publicUrl}`,
      'Keys: kept',
      expect.stringMatching(/^Database: Neon project zava-try, PostgreSQL \d/),
      'Migrations: up to date',
      'Service role: zava_mcp, key w1',
      expect.stringMatching(/^Deploy: zava-try/),
      'Smoke test: 6 of 6 passed',
    ])
    expect(neon.projects.size).toBe(1)
    expect([...cloudflare.namespaces.values()].sort()).toEqual([`${WORKER}-embedding-cache`, `${WORKER}-oauth-kv`])
    expect((await stat(context.file.path)).mode & 0o077).toBe(0)
  })

  it('hands secrets over with the code and shows them to nobody else', async () => {
    const { secrets } = JSON.parse(await readFile((await open()).file.path, 'utf8')) as {
      secrets: Record<string, string>
    }
    const bound = cloudflare.workers.get(WORKER)?.secrets ?? {}

    expect(bound.CONTEXT_KEY).toBe(secrets.contextKey)
    expect(new URL(bound.DATABASE_URL ?? '').username).toBe('zava_mcp')
    for (const secret of [secrets.contextKey, secrets.sessionKey, secrets.servicePassword]) {
      expect(neon.seen.join()).not.toContain(secret)
      expect(outcomes.join()).not.toContain(secret)
    }
  })

  it('rotates the key while people ask, and refuses no call', { timeout: 300_000 }, async () => {
    const context = await open()
    const token = (await smokeToken(context)) ?? ''
    const load = keepAsking(new URL('/mcp', publicUrl), token)
    await expect.poll(() => load.answered(), { timeout: 60_000 }).toBeGreaterThan(10)
    outcomes = []

    await runSteps(rotationSteps(context), { progress, again: 'npm run rotate-keys' })
    const meanwhile = load.answered()
    await expect.poll(() => load.answered(), { timeout: 60_000 }).toBeGreaterThan(meanwhile + 10)
    const refused = await load.end()

    console.log(`${load.answered()} calls while the key was exchanged, ${refused.length} refused`)
    expect(refused).toEqual([])
    expect(load.answered()).toBeGreaterThan(50)
    expect(cloudflare.workers.get(WORKER)?.secrets.CONTEXT_KEY_ID).toBe('w2')
    expect(outcomes.at(-1)).toMatch(/^Old key: w1 is good until /)
  })

  it('is undone by npm run teardown, which leaves nothing and can be repeated', { timeout: 120_000 }, async () => {
    const context = await open()
    await runSteps(teardownSteps(context), { progress, again: 'npm run teardown' })

    expect([neon.projects.size, cloudflare.workers.size, cloudflare.namespaces.size]).toEqual([0, 0, 0])
    await expect(stat(context.file.path)).rejects.toThrow('ENOENT')
    await runSteps(teardownSteps(await open()), { progress, again: 'npm run teardown' })
  })
})

/** A few clients that call tools without a pause; `whoami` goes to the database with a signed context, each time. */
function keepAsking(url: URL, token: string, clients = 4) {
  const refused: string[] = []
  let answered = 0
  let isOver = false
  const ask = async () => {
    while (!isOver) {
      const client = new Client({ name: 'load', version: '1' }, { versionNegotiation: { mode: 'auto' } })
      const requestInit = { headers: { authorization: `Bearer ${token}` } }
      try {
        await client.connect(new StreamableHTTPClientTransport(url, { requestInit }))
        for (let i = 0; i < 5 && !isOver; i++) {
          const { isError, content } = await client.callTool({ name: 'whoami', arguments: {} })
          if (isError === true) refused.push(JSON.stringify(content))
          else answered++
        }
        await client.close()
      } catch (error) {
        refused.push(String(error))
      }
    }
  }
  const all = Array.from({ length: clients }, ask)
  return {
    answered: () => answered,
    async end() {
      isOver = true
      await Promise.all(all)
      return refused
    },
  }
}

const refused = {
  success: false,
  errors: [{ code: 10021, message: 'the script did not start' }],
  messages: [],
  result: null,
}
