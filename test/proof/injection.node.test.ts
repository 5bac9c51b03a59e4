import { randomUUID } from 'node:crypto'
import type { CallToolResult } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { HOSTILE_TEXTS } from './hostile-texts.ts'
import { answerOf, askSql } from './node/attack.ts'
import { parseCsv } from './node/csv.ts'
import { storeIdsOf } from './node/differential.ts'
import { type OwnDatabase, startOwnDatabase } from './node/own-database.ts'
import { ownersRows } from './node/owner.ts'
import { expectSameInCsv, expectSameInText } from './node/tool-answer.ts'
import { type Connection, startWholeStack, type WholeStack } from './node/worker.ts'

/** What people write into products and customers reaches the model as quoted cells and as strings, never as anything else. */

const texts = Object.values(HOSTILE_TEXTS)
const MARK = 'hostile-'
const HOSTILE = `sku like '${MARK}%'`

let database: OwnDatabase
let stack: WholeStack
let caller: Connection

beforeAll(async () => {
  database = await startOwnDatabase({ isBrief: true })
  stack = await startWholeStack(database)
  caller = await stack.connectAs('seattle')
  await change(
    ...texts.map((text, i) => ({
      text: `insert into retail.products (sku, product_name, category_id, type_id, cost, base_price, product_description)
             select '${MARK}' || $1, $2, category_id, type_id, 1, 2, $3 from retail.product_types order by type_id limit 1`,
      values: [String(i).padStart(2, '0'), text, texts.join('\n')],
    })),
    ...texts.map((text, i) => ({
      text: 'insert into retail.customers (customer_id, store_id, first_name, last_name, email) values ($1, $2, $3, $3, $4)',
      values: [randomUUID(), storeIdsOf('seattle')[0] ?? '', text, `${MARK}${i}@example.com`],
    })),
    ...texts.map((text) => ({ text: 'insert into retail.categories (category_name) values ($1)', values: [text] })),
  )
})
afterAll(async () => {
  await change(
    `delete from retail.products where ${HOSTILE}`,
    `delete from retail.customers where email like '${MARK}%'`,
    {
      text: 'delete from retail.categories where category_name = any ($1::text[])',
      values: [`{${texts.map((text) => JSON.stringify(text)).join(',')}}`],
    },
  )
  await stack?.stop()
  await database?.stop()
})

it.for([
  ['one column of products', `select product_name from retail.products where ${HOSTILE} order by sku`],
  [
    'between other columns',
    `select sku, product_name, null, base_price, product_name from retail.products where ${HOSTILE} order by sku`,
  ],
  [
    'customers',
    `select first_name as text, last_name, email from retail.customers where email like '${MARK}%' order by customer_id`,
  ],
  [
    'lists',
    `select array_agg(product_name order by sku), jsonb_agg(product_name order by sku) from retail.products where ${HOSTILE}`,
  ],
  ['documents', `select to_jsonb(p) - 'search_text' from retail.products p where ${HOSTILE} order by sku`],
  ['whole rows', `select (p.sku, p.product_name)::text from retail.products p where ${HOSTILE} order by sku`],
] as const)('%s: every text is a quoted cell, and the same string in the structure', async ([, sql]) => {
  const result = await askSql(caller, sql)

  const { columns, rows } = answerOf(result)
  expect(result.isError).toBeUndefined()
  expect(rows).toEqual(await ownersRows(database, sql))
  expectSameInText(result)
  const names = columns.map(({ name }) => name).join(',')
  const csv = textOf(result).slice(textOf(result).indexOf(`\n${names}\n`) + 1)
  const bare = parseCsv(csv)
    .slice(1)
    .flat()
    .filter(({ text, isQuoted }) => text !== '' && !isQuoted)
  expect(bare.filter(({ text }) => !/^[\w.-]+$/.test(text))).toEqual([])
})

it('a text alone in its answer cannot be taken for our own lines', async () => {
  for (const text of texts) {
    const quoted = `'${text.replaceAll("'", "''")}'`
    const result = await askSql(caller, `select product_name from retail.products where product_name = ${quoted}`)

    expect(answerOf(result).rows).toEqual([[text]])
    expect(textOf(result)).toBe(`1 row.\nproduct_name\n"${text.replaceAll('"', '""')}"`)
  }
})

it('the kept rows of a long answer hold them as quoted cells, page by page and as a resource', async () => {
  const sql = `select p.product_name, n from retail.products p, generate_series(1, 6) n where ${HOSTILE} order by p.sku, n`
  const first = await askSql(caller, sql)
  const { next } = answerOf(first)
  const second = (await caller.client.callTool({
    name: 'execute_sales_query',
    arguments: { ...next },
  })) as CallToolResult
  const { contents } = await caller.client.readResource({ uri: `zava://results/${next?.result}` })

  const rows = [...answerOf(first).rows, ...answerOf(second).rows]
  expect(rows).toEqual(texts.flatMap((text) => [1, 2, 3, 4, 5, 6].map((n) => [text, n])))
  for (const page of [first, second]) expectSameInText(page)
  const [content] = contents
  expectSameInCsv(content !== undefined && 'text' in content ? content.text : '', {
    columns: answerOf(first).columns,
    rows,
  })
})

it('names of columns that the query makes up are quoted too', async () => {
  const result = await askSql(caller, `select 1 as "a""b,c\nNo rows.", 2 as "# d", 3 as "1 row."`)

  expect(answerOf(result).columns.map(({ name }) => name)).toEqual(['a"b,c\nNo rows.', '# d', '1 row.'])
  expectSameInText(result)
})

it('the schema tool lists them as strings of one JSON line', async () => {
  const result = (await caller.client.callTool({
    name: 'get_multiple_table_schemas',
    arguments: { table_names: ['categories'] },
  })) as CallToolResult

  const listed = (result.structuredContent as { valid_values: { categories: string[] } }).valid_values.categories
  expect(listed).toEqual(expect.arrayContaining(texts))
  const lines = textOf(result).split('\n')
  const [line = ''] = lines.filter((one) => one.startsWith('VALID categories: '))
  expect(JSON.parse(line.slice('VALID categories: '.length))).toEqual(listed)
  expect(lines.filter((one) => !/^(TABLE|VALID|HINT| {2})/.test(one))).toEqual([])
})

function textOf({ content }: CallToolResult): string {
  const [block] = content
  if (content.length !== 1 || block?.type !== 'text') throw new Error('not one text')
  return block.text
}

async function change(...statements: Parameters<OwnDatabase['owner']['run']>[0]) {
  await database.owner.run(statements, { readOnly: false })
}
