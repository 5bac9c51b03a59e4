import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openContext } from '../../ops/deploy/open-context.ts'
import type { DeploymentState } from '../../ops/deploy/state.ts'
import { openState } from '../../ops/deploy/state.ts'
import { runSteps } from '../../ops/deploy/steps.ts'
import { teardownSteps } from '../../ops/deploy/teardown.ts'
import { makeFolder } from './folder.ts'
import { type Answer, type JsonServer, startJsonServer } from './stand-ins/json-server.ts'
import { hasTerminal, runOps } from './terminal.ts'

const WORKER = 'zava-gone'
const TITLES = [`${WORKER}-oauth-kv`, `${WORKER}-embedding-cache`, `${WORKER}-2-oauth-kv`, 'somebody-elses']

let provider: JsonServer
let folder: string
let workers: Set<string>
let namespaces: Map<string, string>
let projects: Set<string>

beforeEach(async () => {
  workers = new Set([WORKER, `${WORKER}-2`])
  namespaces = new Map(TITLES.map((title, at) => [`n${at}`, title]))
  projects = new Set(['proj-ours', 'proj-other'])
  folder = await makeFolder()
  const gone = (set: { delete(id: string): boolean }, id = ''): Answer =>
    set.delete(id) ? { body: { result: null } } : { status: 404, body: { message: 'not found' } }
  provider = await startJsonServer({
    'GET /accounts': () => ({ body: { result: [{ id: 'acc', name: 'Test' }] } }),
    'DELETE /accounts/:a/workers/scripts/:s': ({ params }) => gone(workers, params[1]),
    'GET /accounts/:a/storage/kv/namespaces': () => ({
      body: { result: [...namespaces].map(([id, title]) => ({ id, title })) },
    }),
    'DELETE /accounts/:a/storage/kv/namespaces/:n': ({ params }) => gone(namespaces, params[1]),
    'DELETE /projects/:p': ({ params }) => gone(projects, params[0]),
  })
})
afterEach(() => provider.stop())

const environment = () => ({
  CLOUDFLARE_API_TOKEN: 'token',
  CLOUDFLARE_API_BASE_URL: provider.url,
  NEON_API_KEY: 'key',
  NEON_API_BASE_URL: provider.url,
})
const know = (more: Partial<DeploymentState>) =>
  openState(WORKER, folder).write({ worker: WORKER, environment: 'production', accountId: 'acc', ...more })
const ours = { neon: { projectId: 'proj-ours', isOurs: true } }
async function tearDown() {
  const outcomes: string[] = []
  const progress = {
    step: (name: string) => ({ update() {}, end: (text: string) => void outcomes.push(`${name}: ${text}`) }),
  }
  const context = await openContext({
    worker: WORKER,
    environment: 'production',
    folder,
    sleep: async () => {},
    env: environment(),
  })
  await runSteps(teardownSteps(context), { progress, again: 'npm run teardown' })
  return outcomes
}
const isWholeAgain = async () => {
  expect([...workers, ...namespaces.values(), ...projects]).toEqual([
    `${WORKER}-2`,
    `${WORKER}-2-oauth-kv`,
    'somebody-elses',
    'proj-other',
  ])
  expect(await openState(WORKER, folder).read()).toBeUndefined()
}

describe('npm run teardown', () => {
  it.for([
    ['Worker', 'DELETE /accounts/:a/workers/scripts/:s'],
    ['KV namespace', 'DELETE /accounts/:a/storage/kv/namespaces/:n'],
    ['Database', 'DELETE /projects/:p'],
  ] as const)(
    'that fails at "%s" goes on from there, and leaves nothing but what is somebody else’s',
    async ([step, route]) => {
      await know(ours)
      provider.fail({ route, status: 403, times: 1 })

      await expect(tearDown()).rejects.toMatchObject({
        message: expect.stringContaining(`"${step}", failed`),
        advice: expect.stringContaining('npm run teardown'),
      })
      expect(await openState(WORKER, folder).read()).toBeDefined()
      expect((await tearDown()).at(-1)).toBe('Keys: removed')
      await isWholeAgain()
    },
  )

  it('can be repeated, and finds what somebody has deleted by hand gone', async () => {
    await know(ours)
    projects.delete('proj-ours')

    expect(await tearDown()).toEqual([
      'Worker: deleted',
      'KV namespace: deleted',
      'Database: there was none',
      'Keys: removed',
    ])
    await isWholeAgain()
    expect((await tearDown()).slice(0, 2)).toEqual(['Worker: there was none', 'KV namespace: there was none'])
  })

  it('takes the Worker away also where nothing is known of it, and keeps a database that it did not make', async () => {
    expect(await tearDown()).toEqual(['Worker: deleted', 'KV namespace: deleted', 'Database: kept', 'Keys: removed'])
    await know({ neon: { projectId: 'proj-other', isOurs: false } })
    expect(await tearDown()).toContain('Database: kept: the project was there before')
    expect([...projects]).toEqual(['proj-ours', 'proj-other'])
  })

  it.skipIf(!hasTerminal)(
    'asks for the name at a terminal, and deletes nothing for another (skipped without one to lend)',
    {
      timeout: 120_000,
    },
    async () => {
      await know(ours)
      const run = (answers?: [RegExp, string][]) =>
        runOps('teardown.ts', ['--worker', WORKER, '--state', folder], {
          env: environment(),
          ...(answers && { answers }),
        })

      const silent = await run()
      const wrong = await run([[/Type zava-gone to go on: /, 'zava-gone-2']])
      expect([silent.code, wrong.code], wrong.output).toEqual([1, 1])
      expect(`${silent.output}${wrong.output}`).toMatch(/Nothing was deleted.*Nothing was deleted/s)
      expect(workers.size).toBe(2)

      const right = await run([[/Type zava-gone to go on: /, WORKER]])
      expect(right.code, right.output).toBe(0)
      await isWholeAgain()
    },
  )
})
