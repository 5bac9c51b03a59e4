import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { query } from '../../src/db/query.ts'
import { engines, openScratch, type Scratch, settle, world } from '../sql/node/scratch.ts'
import { askScratch, listen } from './node/ask-scratch.ts'

const STORES = query`select store_id from retail.stores`
/** Each test is a process of its own to the check, which remembers by connection string. */
let processes = 0

/** The service looks at the database before its first answer of a process. */
describe.for(engines)('on the %s engine', (engine) => {
  let scratch: Scratch

  beforeAll(async () => {
    scratch = await openScratch(engine)
    await settle(scratch)
  })
  afterAll(() => scratch?.close())

  it('a safe database is looked at once per process, and answers', async () => {
    const url = newProcess()
    const { log, lines } = listen()

    const first = await askScratch(scratch, world.seattleManager, { url, log })([STORES])
    await askScratch(scratch, world.seattleManager, { url, log })([STORES])

    expect(first.results.map(({ rows }) => rows)).toEqual([[[world.seattle]]])
    expect(lines).toEqual(['startup complete'])
  })

  it.for([
    [
      'a tenant table whose row security is off',
      'alter table retail.orders disable row level security',
      'alter table retail.orders enable row level security',
    ],
    [
      'a tenant table whose owner is not forced',
      'alter table retail.orders no force row level security',
      'alter table retail.orders force row level security',
    ],
    ['a right to write', 'grant insert on retail.orders to zava_mcp', 'revoke insert on retail.orders from zava_mcp'],
    [
      'a policy that lets everything through',
      'create policy all_of_it on retail.orders to zava_mcp using (true)',
      'drop policy all_of_it on retail.orders',
    ],
    [
      'a signing key that has ended',
      `update tenancy.signing_keys set not_after = now() - interval '1 s' where key_id = 'context'`,
      `update tenancy.signing_keys set not_after = 'infinity' where key_id = 'context'`,
    ],
  ] as const)(
    '%s: refuses to serve, says why to the operator only, and recovers when mended',
    async ([, wreck, mend]) => {
      const url = newProcess()
      const { log, lines } = listen()
      await change(wreck)

      try {
        const refused = await askScratch(scratch, world.seattleManager, { url, log })([STORES]).catch((error) => error)
        expect(refused).toMatchObject({ code: expect.stringMatching(/UNAVAILABLE|DATABASE_ERROR/) })
        expect(JSON.stringify(refused.toPublic('r1'))).not.toMatch(/orders|policy|row security/)
      } finally {
        await change(mend)
      }

      const mended = await askScratch(scratch, world.seattleManager, { url, log })([STORES])
      expect(mended.results[0]?.rows).toEqual([[world.seattle]])
      expect(lines.at(-1)).toBe('startup complete')
    },
  )

  it('the findings are in the log, in words that an operator can act on', async () => {
    const findings: unknown[] = []
    const { log } = listen()
    await change('alter table retail.orders disable row level security')

    try {
      const heard = {
        ...log,
        error: (_message: string, fields?: Record<string, unknown>) => void findings.push(fields?.findings),
      }
      await askScratch(scratch, world.seattleManager, { url: newProcess(), log: heard })([STORES]).catch(() => {})
    } finally {
      await change('alter table retail.orders enable row level security')
    }

    expect(findings).toEqual([
      [{ area: 'row security', finding: 'row security is not enabled and forced on retail.orders' }],
    ])
  })

  it('an owner’s connection string is refused', async () => {
    const { log, lines } = listen()

    const refused = askScratch(scratch, world.seattleManager, { url: scratch.ownerUrl, log })([STORES])

    await expect(refused).rejects.toMatchObject({ code: expect.stringMatching(/UNAVAILABLE|DATABASE_ERROR/) })
    expect(lines).not.toContain('startup complete')
  })

  it('a key that the database does not know is refused', async () => {
    const stranger = { ...scratch, key: { id: 'w2', hex: scratch.key.hex } }

    const refused = askScratch(stranger, world.seattleManager, { url: newProcess() })([STORES])

    await expect(refused).rejects.toMatchObject({ code: expect.stringMatching(/UNAVAILABLE|DATABASE_ERROR/) })
  })

  function newProcess(): string {
    const url = new URL(scratch.serviceUrl)
    processes += 1
    url.searchParams.set('process', String(processes))
    return url.href
  }

  async function change(sql: string): Promise<void> {
    await scratch.superuser.run([sql], { readOnly: false })
  }
})
