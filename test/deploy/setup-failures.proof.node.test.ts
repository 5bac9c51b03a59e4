import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openContext } from '../../ops/deploy/open-context.ts'
import { setupSteps } from '../../ops/deploy/setup-steps.ts'
import { openState } from '../../ops/deploy/state.ts'
import { runSteps } from '../../ops/deploy/steps.ts'
import { teardownSteps } from '../../ops/deploy/teardown.ts'
import { makeStop } from '../../ops/terminal/stop.ts'
import { makeFolder } from './folder.ts'
import { type CloudflareStandIn, startCloudflare } from './stand-ins/cloudflare.ts'
import type { Fate } from './stand-ins/json-server.ts'
import { type NeonStandIn, startNeon } from './stand-ins/neon.ts'
import { makeTrouble, type Trouble } from './trouble.ts'

/** `npm run setup`, where everything that it asks others for fails in turn, and each run goes on where the one before stopped. */
const WORKER = 'zava-hard'

let neon: NeonStandIn
let cloudflare: CloudflareStandIn
let folder: string
beforeAll(async () => {
  neon = await startNeon()
  cloudflare = await startCloudflare()
  folder = await makeFolder()
})
afterAll(async () => {
  await cloudflare.stop()
  await neon.stop()
})

const open = (more: Partial<Parameters<typeof openContext>[0]>) =>
  openContext({
    worker: WORKER,
    environment: 'production',
    folder,
    endpointOf: (url) => neon.endpointOf(url),
    loadDemo: async () => 'not loaded here',
    sleep: async () => {},
    env: {
      CLOUDFLARE_API_TOKEN: 'cf-token-of-the-test',
      CLOUDFLARE_API_BASE_URL: cloudflare.url,
      NEON_API_KEY: 'neon-key-of-the-test',
      NEON_API_BASE_URL: neon.url,
    },
    ...more,
  })

/** One run, but for the smoke test, which asks no provider; returns what it wrote and what it threw. */
async function setUp(trouble: Trouble, fate: Fate | 'stopped') {
  const { stop, wish } = makeStop(
    () => {},
    () => {},
  )
  trouble.begin(() => fate === 'stopped' && wish({ code: 130, isAsked: true }))
  for (const provider of [neon, cloudflare]) provider.intercept(trouble.fateOf(fate === 'stopped' ? 'answered' : fate))
  const written: string[] = []
  const progress = {
    step: (name: string) => ({ update() {}, end: (text: string) => void written.push(`${name}: ${text}`) }),
  }
  const endpointOf = trouble.endpointOf((url) => neon.endpointOf(url), fate === 'refused')
  const steps = setupSteps(await open({ endpointOf, stop }), { withDemo: true })
  const error = await runSteps(steps.slice(0, -1), { progress, again: 'npm run setup', stop }).then(
    () => undefined,
    (cause: Error & { advice: string }) => cause,
  )
  for (const provider of [neon, cloudflare]) provider.intercept(() => 'answered')
  if (error !== undefined) written.push(error.message, error.advice)
  return { error, written: written.join('\n') }
}

describe('npm run setup, where everything that it asks for fails in turn', () => {
  it.for([
    { fate: 'refused', isMeant: () => true, atLeast: 30, says: /^Step \d of 7, "[\w ]+", failed: / },
    { fate: 'lost', isMeant: (what: string) => /^(POST|PUT)/.test(what), atLeast: 3, says: /failed: / },
    {
      fate: 'stopped',
      isMeant: (what: string) => !what.startsWith('GET'),
      atLeast: 5,
      says: /^Step \d of 7, "[\w ]+", was stopped\./,
    },
  ] as const)(
    '($fate) says which step, why and how to go on, goes on there, makes nothing twice, and tells no secret',
    { timeout: 1_800_000 },
    async ({ fate, isMeant, atLeast, says }) => {
      const trouble = makeTrouble(isMeant)
      const from = neon.log.length
      const steps = new Set<string>()
      const keys = new Set<string>()
      let written = ''
      let count = 0
      for (;;) {
        const run = await setUp(trouble, fate)
        written += run.written
        const made = (await openState(WORKER, folder).read())?.secrets?.contextKey
        if (made !== undefined) keys.add(made)
        if (run.error === undefined && trouble.hit === undefined) break
        if (run.error === undefined) continue
        count++
        steps.add(/"([\w ]+)"/.exec(run.error.message)?.[1] ?? '')
        expect(run.error.message, trouble.hit).toMatch(says)
        expect(run.error.advice, trouble.hit).toContain('Go on where it stopped: npm run setup')
      }

      console.log(`${fate}: ${count} failures at ${[...steps].join(', ')}`)
      expect(count).toBeGreaterThan(atLeast)
      if (fate === 'refused') {
        expect([...steps].sort()).toEqual(
          ['Cloudflare', 'Database', 'Demo data', 'Deploy', 'Migrations', 'Service role'].sort(),
        )
      }
      expect(keys.size).toBe(1)
      expect(neon.log.slice(from).filter((line) => line === 'POST /projects 201')).toHaveLength(1)
      expect(neon.projects.size).toBe(1)
      expect([...cloudflare.workers.keys()]).toEqual([WORKER])
      expect([...cloudflare.namespaces.values()].sort()).toEqual([`${WORKER}-embedding-cache`, `${WORKER}-oauth-kv`])
      const { secrets = {} } = JSON.parse(await readFile(openState(WORKER, folder).path, 'utf8')) as {
        secrets?: Record<string, unknown>
      }
      const secret = [secrets.contextKey, secrets.sessionKey, secrets.servicePassword, 'cf-token', 'neon-key']
      for (const one of secret) expect(written).not.toContain(String(one))

      const progress = { step: () => ({ update() {}, end() {} }) }
      await runSteps(teardownSteps(await open({})), { progress, again: '' })
      expect([neon.projects.size, cloudflare.workers.size, cloudflare.namespaces.size]).toEqual([0, 0, 0])
    },
  )
})
