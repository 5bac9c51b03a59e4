import { beforeAll, describe, expect, it } from 'vitest'
import { previewName } from '../../ops/deploy/preview.ts'
import { listPreviews, whyForgotten } from '../../ops/deploy/preview-down.ts'
import { asOwner, NOW, type PreviewWorld, startPreviewWorld } from './preview-world.ts'
import { runOps } from './terminal.ts'

const CUSTOMER = 'ada@customer.example'

let world: PreviewWorld
let folder: string
beforeAll(async () => {
  world = await startPreviewWorld()
  folder = await world.makeMachine()
  await query(
    world.main.database,
    `with store as (
       insert into retail.stores (store_name, location, region, manager_id, opened_on)
       select 'Seattle', 'Main Street 1', 'West', user_id, '2026-01-01' from app.users limit 1 returning store_id)
     insert into retail.customers (store_id, first_name, last_name, email)
     select store_id, 'Ada', 'Example', '${CUSTOMER}' from store`,
  )
}, 240_000)

const query = (database: { ownerUrl: string; endpoint: string }, sql: string) =>
  asOwner(database, async (pool) => {
    const client = await pool.connect()
    const { rows } = await client.query(sql)
    client.release()
    return rows
  })
const branchOf = (name: string) => {
  const branch = [...world.project.branches.values()].find((one) => one.name === previewName(name))
  if (branch === undefined) throw new Error(`there is no branch of ${name}`)
  return branch
}
const customersOf = async (name: string) =>
  (await query(branchOf(name).database, 'select email from retail.customers')).map(({ email }) => email)
const keysOf = async (database: { ownerUrl: string; endpoint: string }) =>
  (await query(database, `select encode(sha256(inner_block), 'hex') as key from tenancy.signing_keys`)).map(
    ({ key }) => key,
  )

describe('customers’ rows', () => {
  it('are in a preview only when asked for, and then with other keys than production’s', {
    timeout: 300_000,
  }, async () => {
    await world.up('plain', folder)
    await world.up('whole', folder, { withData: true })

    expect(await customersOf('plain')).toEqual([])
    expect(await customersOf('whole')).toEqual([CUSTOMER])
    const theirs = await keysOf(world.main.database)
    expect(theirs.length).toBe(2)
    for (const name of ['plain', 'whole']) {
      const own = await keysOf(branchOf(name).database)
      expect(own.length).toBe(2)
      expect(own.filter((key) => theirs.includes(key))).toEqual([])
      expect(await world.answers(name)).toBe(true)
    }
  })

  it.for([
    { name: 'plain', withData: true, says: /without the rows of its parent/ },
    { name: 'whole', withData: false, says: /customers included/ },
  ])('are neither added nor kept by asking otherwise for $name', async ({ name, withData, says }) => {
    const { id } = branchOf(name)

    await expect(world.up(name, folder, { withData })).rejects.toMatchObject({
      message: expect.stringMatching(says),
      advice: expect.stringContaining(`npm run preview -- down ${name}`),
    })
    expect(branchOf(name).id).toBe(id)
    expect(await world.answers(name)).toBe(true)
  })
})

describe('a forgotten preview', () => {
  const environment = () => ({
    CLOUDFLARE_API_TOKEN: 'cf-token-of-the-test',
    CLOUDFLARE_API_BASE_URL: world.cloudflare.url,
    NEON_API_KEY: 'neon-key-of-the-test',
    NEON_API_BASE_URL: world.neon.url,
    NEON_PROJECT_ID: world.project.id,
  })
  const run = (...args: string[]) => runOps('preview.ts', [...args, '--state', folder], { env: environment() })
  const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 3600_000).toISOString()

  it('is one whose end is over, or whose branch has ended before an old Worker; never one that may be in use', () => {
    const one = { name: 'a', worker: true, branch: true, expiresAt: undefined, deployedAt: '2026-11-20T12:00:00Z' }

    expect(whyForgotten({ ...one, expiresAt: '2026-11-28T11:59:59Z' }, NOW)).toBe('ended 2026-11-28')
    expect(whyForgotten({ ...one, expiresAt: '2026-11-28T12:00:01Z' }, NOW)).toBeUndefined()
    expect(whyForgotten(one, NOW)).toBeUndefined()
    expect(whyForgotten({ ...one, branch: false }, NOW)).toBe('its branch has ended')
    expect(whyForgotten({ ...one, branch: false, deployedAt: '2026-11-22T12:00:00Z' }, NOW)).toBeUndefined()
    expect(whyForgotten({ ...one, branch: false, deployedAt: undefined }, NOW)).toBeUndefined()
  })

  it('is listed with its end, and swept; the others stay', { timeout: 300_000 }, async () => {
    branchOf('whole').expires_at = '2999-01-02T00:00:00Z'
    branchOf('plain').expires_at = '2026-01-02T00:00:00Z'
    // Neon has ended this one by itself; its Worker and namespaces are still there.
    await world.up('old', folder)
    world.project.branches.delete(branchOf('old').id)
    const worker = world.cloudflare.workers.get(previewName('old'))
    if (worker !== undefined) worker.modifiedOn = daysAgo(8)

    const listed = await run('list')
    expect(listed.output).toMatch(/old +yes +no +its branch has ended\n/)
    expect(listed.output).toMatch(/plain +yes +yes +ended 2026-01-02\n/)
    expect(listed.output).toMatch(/whole +yes +yes +2999-01-02\n/)
    const tried = await run('sweep', '--dry-run')
    expect([tried.code, world.cloudflare.workers.size]).toEqual([0, 3])

    world.cloudflare.fail({ route: 'DELETE /accounts/:a/workers/scripts/:s', status: 403, times: 1 })
    const first = await run('sweep')
    const second = await run('sweep')
    const third = await run('sweep')

    expect([first.code, second.code, third.code], first.output + second.output).toEqual([1, 0, 0])
    expect(third.output).toContain('No preview is forgotten.')
    const left = await listPreviews(await world.open('whole', folder))
    expect(left.map(({ name }) => name)).toEqual(['whole'])
    expect([...world.cloudflare.namespaces.values()].every((title) => title.startsWith(previewName('whole')))).toBe(
      true,
    )
    expect(await customersOf('whole')).toEqual([CUSTOMER])
  })
})
