import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { protect, readPrivacyAct } from '../../ops/privacy/act.ts'
import { readSwitchAct, turn } from '../../ops/switches/act.ts'
import { checkedQuery, query } from '../../src/db/query.ts'
import { askScratch } from '../db/node/ask-scratch.ts'
import { openScratch, type Scratch, settle, world } from '../sql/node/scratch.ts'

const { seattle, redmond, seattleManager, redmondManager, headOffice } = world
const NOBODY = '99999999-9999-4999-8999-999999999999'

/** What an operator does, then the very next question through the product's own door. */
describe('one command, effective at the next question', () => {
  let scratch: Scratch

  beforeAll(async () => {
    scratch = await openScratch('embedded')
    await settle(scratch)
  })
  afterEach(async () => {
    await run('switches', 'free-sql', 'on')
    await run('privacy', 'contacts', 'on')
    await run('privacy', 'cost', 'on')
  })
  afterAll(() => scratch?.close())

  it('closes free SQL to everybody, head office too; reports answer on; and opens it again', async () => {
    expect(await freeSql(headOffice)).toEqual([['2']])

    const said = await run('switches', 'free-sql', 'off')
    const refused = [await freeSql(headOffice), await freeSql(seattleManager), await freeSql(headOffice, true)]
    const report = await ask(seattleManager, query`select store_id from retail.stores`)
    const shown = await run('switches')
    await run('switches', 'free-sql', 'on')

    expect(said).toContain('closed for everybody')
    expect(refused).toEqual(
      refused.map(() => expect.objectContaining({ code: 'AUTHORIZATION_ERROR', retryable: false })),
    )
    expect(report).toEqual([[seattle]])
    expect(shown).toContain('free sql: closed')
    expect(await freeSql(headOffice)).toEqual([['2']])
  })

  it('closes free SQL in the transaction that would run it: no further request', async () => {
    const before = await requests()

    await freeSql(seattleManager)

    expect((await requests()) - before).toBe(1)
  })

  it('puts one user out, leaves the others, and lets the one in again', async () => {
    const stores = query`select store_id from retail.stores`

    await run('switches', 'user', seattleManager, 'out')
    const out = await ask(seattleManager, stores)
    const others = await ask(redmondManager, stores)
    const shown = await run('switches')
    await run('switches', 'user', seattleManager, 'in')

    expect(out).toMatchObject({ code: 'AUTHORIZATION_ERROR' })
    expect(others).toEqual([[redmond]])
    expect(shown).toContain(seattleManager)
    expect(await ask(seattleManager, stores)).toEqual([[seattle]])
  })

  it.each([
    ['contacts', 'email', 'retail.customers'],
    ['contacts', 'phone', 'retail.customers'],
    ['cost', 'cost', 'retail.products'],
    ['cost', 'gross_margin_percent', 'retail.products'],
  ] as const)(
    'closes %s: %s can be neither read nor seen in the schema, and comes back',
    async (word, column, table) => {
      const read = checkedQuery(`select ${column} from ${table}`)
      const seen = query`select attname from pg_attribute where attrelid = ${table}::regclass and attname = ${column}
                          and has_column_privilege(attrelid, attnum, 'select')`

      const before = [await ask(headOffice, read), await ask(headOffice, seen)]
      await run('privacy', word, 'off')
      const closed = [await ask(headOffice, read), await ask(headOffice, seen)]
      const shown = await run('privacy')
      await run('privacy', word, 'on')

      expect(before[1]).toEqual([[column]])
      expect(closed).toEqual([expect.objectContaining({ code: 'AUTHORIZATION_ERROR' }), []])
      expect(shown).toContain(`${word}: closed`)
      expect([await ask(headOffice, read), await ask(headOffice, seen)]).toEqual(before)
    },
  )

  it.each([
    ['switches', 'free-sql', 'off'],
    ['privacy', 'contacts', 'off'],
    ['privacy', 'cost', 'off'],
    ['privacy', 'erase-customer', redmond],
  ])('npm run %s -- %s %s makes every kept answer of every user unreachable', async (...command) => {
    const before = await versions()

    await run(...command)

    const after = await versions()
    expect(after.length).toBe(before.length)
    expect(after.map(([id, version]) => [id, Number(version) - 1])).toEqual(
      before.map(([id, version]) => [id, Number(version)]),
    )
  })

  it('erases one customer: who they are goes, what they bought stays, and it is written down', async () => {
    const customer = query`select first_name, last_name, email, phone from retail.customers`
    const orders = query`select order_id, total_amount from retail.orders`
    const ordersBefore = await ask(seattleManager, orders)

    const said = await run('privacy', 'erase-customer', seattle)

    expect(said).toContain('1 order.')
    expect(await ask(seattleManager, customer)).toEqual([['Erased', 'Customer', null, null]])
    expect(await ask(seattleManager, orders)).toEqual(ordersBefore)
    const [trail] = await scratch.owner.run([
      `select source, table_name, rows_changed from app.data_changes where source like '%${seattle}'`,
    ])
    expect(trail).toEqual([{ source: `privacy erase-customer ${seattle}`, table_name: 'customers', rows_changed: '1' }])
  })

  it('tells of the same person at another store instead of guessing', async () => {
    await scratch.owner.run([`update retail.customers set email = 'same@x.example'`], { readOnly: false })

    const said = await run('privacy', 'erase-customer', seattle)

    expect(said).toContain(`npm run privacy -- erase-customer ${redmond}`)
    expect(await ask(redmondManager, query`select email from retail.customers`)).toEqual([['same@x.example']])
  })

  it('the ceiling for embeddings arrives with the next answer, whatever was asked', async () => {
    const ceiling = async () => (await askScratch(scratch, seattleManager)([])).embeddingsCeiling

    const none = await ceiling()
    await run('switches', 'embeddings-ceiling', '0.25')
    const set = await ceiling()
    const shown = await run('switches')
    await run('switches', 'embeddings-ceiling', 'off')

    expect([none, set, await ceiling()]).toEqual([null, 0.25, null])
    expect(shown).toContain('US$ 0.250000 a day')
  })

  it.each([
    ['switches', 'free-sql'],
    ['switches', 'free-sql', 'maybe'],
    ['switches', 'user', 'seattle', 'out'],
    ['switches', 'user', seattleManager],
    ['switches', 'embeddings-ceiling', '-1'],
    ['privacy', 'contacts'],
    ['privacy', 'prices', 'off'],
    ['privacy', 'erase-customer', 'everybody'],
    ['switches', 'user', NOBODY, 'out'],
    ['privacy', 'erase-customer', NOBODY],
  ])('npm run %s -- %s %s %s changes nothing and says so', async (...command) => {
    const before = await versions()

    await expect((async () => run(...command))()).rejects.toThrow(/not understood|There is no/)

    expect(await versions()).toEqual(before)
  })

  it('is what the scripts do as npm runs them', async () => {
    expect(await spawnScript('switches', 'free-sql', 'off')).toMatch(/^0: Free SQL is closed/)
    expect(await freeSql(headOffice)).toMatchObject({ code: 'AUTHORIZATION_ERROR' })
    expect(await spawnScript('privacy', 'cost', 'off')).toMatch(/^0: Cost and margin of products are closed/)
    expect(await spawnScript('privacy', 'prices', 'off')).toMatch(/^1: That is not understood/)
  })

  /** Rows, or the error. */
  async function ask(userId: string, one: ReturnType<typeof query>): Promise<unknown> {
    return askScratch(
      scratch,
      userId,
    )([one]).then(
      ({ results }) => results[0]?.rows,
      (error: unknown) => error,
    )
  }

  async function freeSql(userId: string, show = false): Promise<unknown> {
    const own = checkedQuery('select count(*) from retail.stores')
    const plan = { collectedBytes: 0, show }
    return askScratch(scratch, userId)([own], { operation: 'free_sql', plan }).then(
      ({ results }) => results[0]?.rows,
      (error: unknown) => error,
    )
  }

  async function versions(): Promise<(string | null | undefined)[][]> {
    const [rows] = await scratch.owner.run(['select user_id, membership_version from app.users order by user_id'])
    return (rows ?? []).map(({ user_id, membership_version }) => [user_id, membership_version])
  }

  async function requests(): Promise<number> {
    const stats = (await (await fetch(new URL('/stats', scratch.endpoint))).json()) as { requests: number }
    return stats.requests
  }

  /** Does what the script does with these words; returns what it says. */
  async function run(...[name, ...words]: readonly string[]): Promise<string> {
    const pool = scratch.openPool()
    const work = name === 'switches' ? turn(pool, readSwitchAct(words)) : protect(pool, readPrivacyAct(words))
    return work.finally(() => pool.end())
  }

  /** Runs the script as npm would. */
  async function spawnScript(name: string, ...args: string[]): Promise<string> {
    const script = fileURLToPath(new URL(`../../ops/${name}.ts`, import.meta.url))
    const child = spawn(process.execPath, [script, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DATABASE_OWNER_URL: scratch.ownerUrl, DATABASE_ENDPOINT: scratch.endpoint },
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
    }
    const [code] = (await once(child, 'close')) as [number]
    return `${code}: ${said}`
  }
})
