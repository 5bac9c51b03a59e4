import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getPerson } from '../../dev/demo/people.ts'
import { type OwnDatabase, startOwnDatabase } from '../proof/node/own-database.ts'
import { type Connection, startWholeStack, type WholeStack } from '../proof/node/worker.ts'
import { errorOf } from '../support/answers.ts'

/** An operator's one command, then the very next question through the whole Worker: in sessions that were there before, too. */

type Client = Connection['client']
const ORDERS = 'select count(*) as n from retail.orders'
const CONFIRMED_FOR_MS = 31_000

let database: OwnDatabase
let stack: WholeStack
let nobodyYet = 0

beforeAll(async () => {
  database = await startOwnDatabase()
  stack = await startWholeStack(database)
})
afterAll(async () => {
  await stack?.stop()
  await database?.stop()
})

describe('npm run switches -- free-sql off', () => {
  it('refuses every new query of every session, its plan and its kept pages; reports and schemas answer on', async () => {
    const old = await connect('seattle')
    const { next } = await rows(old, 'select n from generate_series(1, 250) n')
    const handle = String((next as { result: string }).result)

    await run('switches', 'free-sql', 'off')
    const refused = [
      await codeOf(old, `${ORDERS} /* new */`),
      await codeOf(await connect('head-office'), ORDERS),
      await codeOf(old, ORDERS, { explain: true }),
    ]
    const page = errorOf(await old.callTool({ name: 'execute_sales_query', arguments: { result: handle } })).code
    const resource = await old.readResource({ uri: `zava://results/${handle}` }).catch((error: unknown) => error)
    const report = await old.callTool({ name: 'get_sales_report', arguments: {} })
    const schema = await old.callTool({
      name: 'get_multiple_table_schemas',
      arguments: { table_names: ['retail.orders'] },
    })
    await run('switches', 'free-sql', 'on')

    expect(refused).toEqual(['AUTHORIZATION_ERROR', 'AUTHORIZATION_ERROR', 'AUTHORIZATION_ERROR'])
    expect(page).toBe('NOT_FOUND')
    expect(resource).toMatchObject({ data: { code: 'NOT_FOUND' } })
    expect([report.isError, schema.isError]).toEqual([undefined, undefined])
    expect(await codeOf(old, `${ORDERS} /* again */`)).toBe('answered')
  })
})

describe('npm run switches -- user … out', () => {
  it('refuses whatever that user asks, in old and new sessions, their token still good; others go on', async () => {
    const { userId } = getPerson('kirkland')
    const old = await connect('kirkland')
    const other = await connect('redmond')
    await rows(old, ORDERS)

    await run('switches', 'user', userId, 'out')
    const whoami = await old.callTool({ name: 'whoami', arguments: {} })
    const refused = [
      await codeOf(old, `${ORDERS} /* new */`),
      await codeOf(await connect('kirkland'), ORDERS),
      errorOf(whoami).code,
    ]
    const stores = await old.readResource({ uri: 'zava://stores' }).catch((error: unknown) => error)
    const others = await codeOf(other, ORDERS)
    await run('switches', 'user', userId, 'in')

    expect(refused).toEqual(['AUTHORIZATION_ERROR', 'AUTHORIZATION_ERROR', 'AUTHORIZATION_ERROR'])
    expect(stores).toMatchObject({ data: { code: 'AUTHORIZATION_ERROR' } })
    expect(others).toBe('answered')
    expect(await codeOf(old, `${ORDERS} /* again */`)).toBe('answered')
  })
})

it('a kept answer is repeated for half a minute at most, whatever was switched', { timeout: 120_000 }, async () => {
  const { userId } = getPerson('bellevue')
  const [closed, out] = [await connect('tacoma'), await connect('bellevue')]
  const before = [await rows(closed, ORDERS), await rows(out, ORDERS)]

  await run('switches', 'free-sql', 'off')
  await run('switches', 'user', userId, 'out')
  const meanwhile = [await rows(closed, ORDERS), await rows(out, ORDERS)]
  await new Promise((resolve) => setTimeout(resolve, CONFIRMED_FOR_MS))
  const after = [await codeOf(closed, ORDERS), await codeOf(out, ORDERS)]
  await run('switches', 'free-sql', 'on')
  await run('switches', 'user', userId, 'in')

  expect(meanwhile.map(({ rows: found, cached }) => [found, cached])).toEqual(
    before.map(({ rows: found }) => [found, true]),
  )
  expect(after).toEqual(['AUTHORIZATION_ERROR', 'AUTHORIZATION_ERROR'])
  expect([await codeOf(closed, ORDERS), await codeOf(out, ORDERS)]).toEqual(['answered', 'answered'])
})

describe.each([
  ['contacts', 'retail.customers', ['email', 'phone']],
  ['cost', 'retail.products', ['cost', 'gross_margin_percent']],
] as const)('npm run privacy -- %s off', (word, table, columns) => {
  it(`takes ${columns.join(' and ')} from free SQL and from the schemas, in old and new sessions, and gives them back`, async () => {
    const old = await connect('seattle')
    const select = (tag: string) => `select ${columns.join(', ')} from ${table} limit 1 /* ${tag} */`
    const open = [await codeOf(old, select('before')), await columnsOf(old, table)]

    await run('privacy', word, 'off')
    const closed = [await codeOf(old, select('after')), await columnsOf(await connect('head-office'), table)]
    const star = await codeOf(old, `select * from ${table} limit 1`)
    const kept = await columnsOf(old, table, true)
    const resource = await old.readResource({ uri: `zava://schema/${table.replace('retail.', '')}` })
    const rest = await codeOf(old, `select created_at from ${table} limit 1`)
    await run('privacy', word, 'on')

    expect(open).toEqual(['answered', expect.arrayContaining([...columns])])
    // Free SQL is told what to leave out, as for any column that is not open to it.
    expect([closed[0], star]).toEqual(['QUERY_REJECTED', 'QUERY_REJECTED'])
    for (const column of columns) {
      expect(closed[1]).not.toContain(column)
      expect(kept).not.toContain(column)
      expect(JSON.stringify(resource)).not.toContain(`\\"name\\":\\"${column}\\"`)
    }
    expect(rest).toBe('answered')
    expect(await codeOf(old, select('again'))).toBe('answered')
    expect(await columnsOf(old, table, true)).toEqual(expect.arrayContaining([...columns]))
  })
})

describe('npm run privacy -- erase-customer', () => {
  it('leaves no word of who they were at the next question; what they bought stays', async () => {
    const old = await connect('seattle')
    const [[id, first, last]] = (
      await rows(old, 'select customer_id, first_name, last_name from retail.customers order by customer_id limit 1')
    ).rows as [[string, string, string]]
    const bought = `select count(*) as n, sum(total_amount) as total from retail.orders where customer_id = '${id}'`
    const before = (await rows(old, bought)).rows

    await run('privacy', 'erase-customer', id)
    const after = await rows(
      old,
      `select first_name, last_name, email, phone from retail.customers where customer_id = '${id}'`,
    )

    expect([first, last]).not.toEqual(['Erased', 'Customer'])
    expect(after.rows).toEqual([['Erased', 'Customer', null, null]])
    expect((await rows(old, bought, { fresh: true })).rows).toEqual(before)
  })
})

describe('npm run switches -- embeddings-ceiling 0', () => {
  it('buys nothing once the database has answered anybody; off, the next search goes by meaning', async () => {
    const [old, other] = [await connect('seattle'), await connect('redmond')]
    const open = await searchNotice(old, 'something to hold paint, open')

    await run('switches', 'embeddings-ceiling', '0')
    await other.callTool({ name: 'whoami', arguments: {} })
    await searchNotice(other, 'something to hold paint, first')
    const closed = [
      await searchNotice(old, 'something to hold paint, closed'),
      await searchNotice(other, 'and another'),
    ]
    await run('switches', 'embeddings-ceiling', 'off')
    await old.callTool({ name: 'whoami', arguments: {} })
    await searchNotice(old, 'something to hold paint, hears')
    const again = await searchNotice(old, 'something to hold paint, again')

    expect([open, again].map((said) => said.includes('limit for embeddings'))).toEqual([false, false])
    expect(closed.map((said) => said.includes('the limit for embeddings is reached for today'))).toEqual([true, true])
  })
})

/** A session of its own each time. */
async function connect(who: string): Promise<Client> {
  nobodyYet += 1
  return (await stack.connectAs(who, { clientId: `switches-${nobodyYet}` })).client
}

interface Rows {
  readonly rows: unknown[][]
  readonly cached: boolean
  readonly next?: unknown
}

async function rows(client: Client, sql: string, more: object = {}): Promise<Rows> {
  const result = await client.callTool({ name: 'execute_sales_query', arguments: { postgresql_query: sql, ...more } })
  if (result.isError === true) throw new Error(JSON.stringify(result.content))
  return result.structuredContent as unknown as Rows
}

async function codeOf(client: Client, sql: string, more: object = {}): Promise<string> {
  const result = await client.callTool({ name: 'execute_sales_query', arguments: { postgresql_query: sql, ...more } })
  return result.isError === true ? errorOf(result).code : 'answered'
}

async function columnsOf(client: Client, table: string, fresh = false): Promise<string[]> {
  const { structuredContent } = await client.callTool({
    name: 'get_multiple_table_schemas',
    arguments: { table_names: [table], fresh },
  })
  const { tables } = structuredContent as unknown as { tables: { columns: { name: string }[] }[] }
  return tables.flatMap(({ columns }) => columns.map(({ name }) => name))
}

async function searchNotice(client: Client, words: string): Promise<string> {
  const result = await client.callTool({ name: 'semantic_search_products', arguments: { query_description: words } })
  return JSON.stringify(result)
}

/** Runs the script as npm does. */
async function run(name: string, ...args: string[]): Promise<void> {
  const script = fileURLToPath(new URL(`../../ops/${name}.ts`, import.meta.url))
  await promisify(execFile)(process.execPath, [script, ...args], {
    env: { ...process.env, DATABASE_OWNER_URL: database.ownerUrl, DATABASE_ENDPOINT: database.endpoint },
  })
}
