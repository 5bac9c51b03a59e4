import { existsSync } from 'node:fs'
import { afterAll } from 'vitest'
import { type OpenContextOptions, openContext } from '../../ops/deploy/open-context.ts'
import { type PreviewOptions, previewName, previewSteps } from '../../ops/deploy/preview.ts'
import { runSteps } from '../../ops/deploy/steps.ts'
import { openOwnerPool } from '../../sql/connect.ts'
import { migrate } from '../../sql/migrations.ts'
import { provisionService } from '../../sql/provision.ts'
import { enter, loot, openDoor, signToken } from '../wall/door.ts'
import { makeFolder } from './folder.ts'
import { startCloudflare } from './stand-ins/cloudflare.ts'
import { startNeon } from './stand-ins/neon.ts'

const CANARY = '00000000-0000-4000-8000-00000000ca4a'
export const NOW = new Date('2026-11-28T12:00:00Z')

type UpOptions = PreviewOptions & Pick<OpenContextOptions, 'endpointOf' | 'stop'>

/** Both providers, with a project as an earlier setup has left it, and a machine to take previews up from; nothing is served. */
export async function startPreviewWorld() {
  const neon = await startNeon()
  const cloudflare = await startCloudflare()
  afterAll(async () => {
    await cloudflare.stop()
    await neon.stop()
  })
  const project = await neon.addProject('zava')
  const [main] = project.branches.values()
  if (main === undefined) throw new Error('the project has no branch')
  await asOwner(main.database, async (pool) => {
    await migrate(pool)
    await provisionService(pool, { password: 'parents-own-password', keyId: 'w1', keyHex: 'abcd'.repeat(16) })
  })

  const open = (name: string, folder: string, more: Pick<OpenContextOptions, 'endpointOf' | 'stop'> = {}) =>
    openContext({
      worker: previewName(name),
      environment: 'preview',
      folder,
      endpointOf: (url) => neon.endpointOf(url),
      loadDemo: async () => 'not loaded here',
      sleep: async () => {},
      env: {
        CLOUDFLARE_API_TOKEN: 'cf-token-of-the-test',
        CLOUDFLARE_API_BASE_URL: cloudflare.url,
        NEON_API_KEY: 'neon-key-of-the-test',
        NEON_API_BASE_URL: neon.url,
        NEON_PROJECT_ID: project.id,
      },
      ...more,
    })

  return {
    neon,
    cloudflare,
    project,
    main,
    makeMachine: makeFolder,
    open,
    /** All but the smoke test, which asks no provider. */
    async up(
      name: string,
      folder: string,
      { endpointOf = (url) => neon.endpointOf(url), stop, ...options }: UpOptions = {},
    ): Promise<string[]> {
      const outcomes: string[] = []
      const progress = {
        step: (step: string) => ({ update() {}, end: (text: string) => void outcomes.push(`${step}: ${text}`) }),
      }
      const steps = previewSteps(await open(name, folder, { endpointOf, stop }), { now: () => NOW, ...options })
      await runSteps(steps.slice(0, -1), { progress, again: `npm run preview -- up ${name}`, stop })
      return outcomes
    },
    /** Everything that a preview may leave behind, at the providers and on this machine. */
    async traces(name: string, folder: string) {
      return {
        branches: [...project.branches.values()].map((branch) => `${branch.name} ${branch.id}`),
        workers: [...cloudflare.workers.keys()],
        namespaces: [...cloudflare.namespaces].map(([id, title]) => `${title} ${id}`).sort(),
        state: existsSync((await open(name, folder)).file.path),
      }
    },
    /** Whether the database lets in what the Worker that serves now is told to log in and to sign with. */
    async answers(name: string): Promise<boolean> {
      const told = cloudflare.servingSecrets(previewName(name)) ?? {}
      const url = told.DATABASE_URL ?? ''
      const token = await signToken({
        userId: CANARY,
        keyId: told.CONTEXT_KEY_ID ?? '',
        keyHex: told.CONTEXT_KEY ?? '',
      })
      const { rows } = await loot(openDoor(url, neon.endpointOf(url) ?? ''), [enter(token), 'select 1 as one'])
      return rows[0]?.one === '1'
    },
  }
}

export type PreviewWorld = Awaited<ReturnType<typeof startPreviewWorld>>

export async function asOwner<T>(
  { ownerUrl, endpoint }: { readonly ownerUrl: string; readonly endpoint: string },
  work: (pool: ReturnType<typeof openOwnerPool>) => Promise<T>,
): Promise<T> {
  const pool = openOwnerPool(ownerUrl, endpoint)
  try {
    return await work(pool)
  } finally {
    await pool.end()
  }
}
