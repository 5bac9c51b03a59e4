import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findFreePort } from '../../dev/stack/port.ts'
import { MIGRATION_ROWS } from '../../ops/deploy/carry-over.ts'
import { openContext } from '../../ops/deploy/open-context.ts'
import { previewName, previewSteps } from '../../ops/deploy/preview.ts'
import { listPreviews, previewDownSteps } from '../../ops/deploy/preview-down.ts'
import type { SmokeCheck } from '../../ops/deploy/smoke.ts'
import { runSteps } from '../../ops/deploy/steps.ts'
import { openOwnerPool } from '../../sql/connect.ts'
import { migrate } from '../../sql/migrations.ts'
import { provisionService } from '../../sql/provision.ts'
import { makeFolder } from './folder.ts'
import { type CloudflareStandIn, startCloudflare } from './stand-ins/cloudflare.ts'
import { type NeonStandIn, startNeon } from './stand-ins/neon.ts'

const NOW = new Date('2026-11-28T12:00:00Z')
const PARENT_KEY = 'ab'.repeat(16) + 'cd'.repeat(16)

let neon: NeonStandIn
let cloudflare: CloudflareStandIn
let folder: string
let publicUrl: string
let projectId: string
let outcomes: string[] = []
let checks: readonly SmokeCheck[] = []
const progress = {
  step: (name: string) => ({ update() {}, end: (text: string) => void outcomes.push(`${name}: ${text}`) }),
}

beforeAll(async () => {
  neon = await startNeon()
  cloudflare = await startCloudflare({ endpointOf: (url) => neon.endpointOf(url) })
  folder = await makeFolder()
  publicUrl = `http://localhost:${await findFreePort()}`
  const project = await neon.addProject('zava')
  projectId = project.id
  const [main] = project.branches.values()
  await asOwner(main?.database.ownerUrl ?? '', main?.database.endpoint ?? '', async (pool) => {
    await migrate(pool)
    await provisionService(pool, { password: 'parents-own-password', keyId: 'w1', keyHex: PARENT_KEY })
  })
}, 240_000)
afterAll(async () => {
  await cloudflare?.stop()
  await neon?.stop()
})

const open = (name = 'pr-7') =>
  openContext({
    worker: previewName(name),
    environment: 'preview',
    folder,
    endpointOf: (url) => neon.endpointOf(url),
    loadDemo: async (url) => {
      const database = neon.databaseOf(url)
      if (database === undefined) throw new Error('no such branch')
      const target = { size: 'small', seed: 1, now: NOW } as const
      const { rows } = await database.loadDemo(target, () => {}).catch(() => ({ rows: { 'retail.orders': 0 } }))
      return `${rows['retail.orders']} orders`
    },
    sleep: async () => {},
    env: {
      PUBLIC_URL: publicUrl,
      CLOUDFLARE_API_TOKEN: 'cf-token-of-the-test',
      CLOUDFLARE_API_BASE_URL: cloudflare.url,
      NEON_API_KEY: 'neon-key-of-the-test',
      NEON_API_BASE_URL: neon.url,
      NEON_PROJECT_ID: projectId,
    },
  })
const keep = (seen: readonly SmokeCheck[]) => {
  checks = seen
}
const up = async () => {
  outcomes = []
  const context = await open()
  const steps = previewSteps(context, { now: () => NOW, onSmoke: keep })
  await runSteps(steps, { progress, again: 'npm run preview -- up pr-7' })
  return context
}

describe('npm run preview', () => {
  it('up: a branch without anybody’s rows, keys of its own, demo data, a Worker of its own, tried', {
    timeout: 400_000,
  }, async () => {
    neon.fail({ route: 'POST /projects/:project/branches', status: 429, times: 1 })
    const context = await up()

    expect(outcomes).toEqual([
      `Cloudflare: ${publicUrl}`,
      'Keys: made',
      'Neon branch: made; ends 2026-12-05',
      'Own keys: replaced; rows of the migrations taken over',
      'Migrations: up to date',
      expect.stringMatching(/^Demo data: \d{4,} orders$/),
      expect.stringMatching(/^Deploy: zava-preview-pr-7/),
      'Service role: zava_mcp, key w1',
      'Smoke test: 6 of 6 passed',
    ])
    expect(checks.map(({ name }) => name)).toContain('MCP, newest')
    expect(context.state.secrets?.contextKey).not.toBe(PARENT_KEY)
    expect(neon.log.some((line) => /reset_password 200$/.test(line))).toBe(true)
    expect((await listPreviews(context)).map(({ expiresAt: _, deployedAt: __, ...one }) => one)).toEqual([
      { name: 'pr-7', worker: true, branch: true },
    ])
  })

  it('up again changes nothing but the code and the end', { timeout: 300_000 }, async () => {
    const before = neon.projects.get(projectId)?.branches.size
    await up()

    expect(outcomes[2]).toBe('Neon branch: there already; ends 2026-12-05')
    expect(neon.projects.get(projectId)?.branches.size).toBe(before)
  })

  it('down leaves nothing, needs no state of this machine, and can be repeated', { timeout: 120_000 }, async () => {
    const context = await open()
    await runSteps(previewDownSteps(context), { progress, again: '' })
    await runSteps(previewDownSteps(await open()), { progress, again: '' })

    expect(await listPreviews(context)).toEqual([])
    expect([...cloudflare.namespaces]).toEqual([])
    expect(existsSync(context.file.path)).toBe(false)
    expect([...(neon.projects.get(projectId)?.branches.values() ?? [])].map(({ name }) => name)).toEqual(['main'])
  })
})

it('the rows that are taken over are all that migrations write, and none of a customer’s', async () => {
  const [main] = neon.projects.get(projectId)?.branches.values() ?? []
  const { ownerUrl = '', endpoint = '' } = main?.database ?? {}
  const filled = await asOwner(ownerUrl, endpoint, async (pool) => {
    const client = await pool.connect()
    const { rows } = await client.query(`
      select string_agg(format('select %L as name, exists (select from %I.%I) as is_filled', schemaname || '.' || tablename, schemaname, tablename), ' union all ') as sql
        from pg_tables where schemaname in ('retail', 'app', 'tenancy', 'migration')`)
    const found = await client.query(String(rows[0]?.sql))
    client.release()
    return found.rows.filter(({ is_filled }) => is_filled === true).map(({ name }) => String(name))
  })

  // These two a branch makes anew for itself.
  expect(filled.filter((name) => name !== 'tenancy.signing_keys' && name !== 'app.audit_head').sort()).toEqual(
    MIGRATION_ROWS.map(({ table }) => table).sort(),
  )
})

async function asOwner<T>(url: string, endpoint: string, work: (pool: ReturnType<typeof openOwnerPool>) => Promise<T>) {
  const pool = openOwnerPool(url, endpoint)
  try {
    return await work(pool)
  } finally {
    await pool.end()
  }
}
