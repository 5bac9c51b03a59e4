import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'
import { z } from 'zod'
import { call, USUAL_CALLS } from '../calls.ts'
import type { Area, Measure } from './area.ts'

const columnar = z.object({
  columns: z.array(z.object({ name: z.string() })),
  rows: z.array(z.array(z.unknown())),
})

/** A hundred rows as managers ask for them: days, products, products beside a year ago, stock; and of free SQL. */
const HUNDRED_ROWS = [
  { title: 'days', name: 'get_sales_report', args: { group_by: 'day', time_period: '2026-01-01..2026-04-10' } },
  { title: 'products', name: 'get_sales_report', args: { group_by: 'product', time_period: '2025', limit: 100 } },
  {
    title: 'products beside a year ago',
    name: 'get_sales_report',
    args: { group_by: 'product', time_period: '2025', compare_to: 'previous_year', limit: 100 },
  },
  { title: 'stock', name: 'get_inventory_status', args: { status: 'all', limit: 100 } },
  {
    title: 'free SQL, three names a row',
    name: 'execute_sales_query',
    args: {
      postgresql_query: `select p.sku, p.product_name, c.category_name, sum(oi.quantity) as units, sum(oi.total_amount) as net_sales
        from retail.order_items oi join retail.products p on p.product_id = oi.product_id
        join retail.categories c on c.category_id = p.category_id group by 1, 2, 3 order by 5 desc, 1 limit 100`,
    },
  },
] as const

/** What a hundred rows may cost, as a part of the same rows as JSON objects. */
const LEAN = 0.55

/** What answers cost an assistant to read, by the o200k tokenizer. */
export const tokens: Area = {
  name: 'tokens',
  title: 'Tokens (o200k): what an assistant reads',
  onlyCounts: true,

  async run({ stacks, say }) {
    say('starting …')
    const stack = await stacks.get({ size: 'small' })
    const { client } = await stack.worker.connectAs('regional')
    const { tools } = await client.listTools()
    const inputs = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }))
    const measures: Measure[] = [
      { ...count(inputs, 4000), measure: 'names, descriptions, inputs', against: `${tools.length} tools` },
      { ...count(tools, 8000), measure: 'whole tools/list', against: `${tools.length} tools` },
    ]
    for (const { name } of tools) {
      const result = await call(client, name, USUAL_CALLS[name] ?? {})
      measures.push({ ...count(textOf(result)), measure: `${name}, a usual answer`, against: 'its text' })
    }
    for (const { title, name, args } of HUNDRED_ROWS) {
      measures.push(compare(`${name}: ${title}`, await call(client, name, args)))
    }
    return measures
  },
}

function count(value: unknown, atMost?: number) {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return {
    value: countTokens(text),
    unit: 'tokens',
    ...(atMost === undefined ? {} : { target: { atMost }, isCount: true }),
  }
}

/**
 * The whole text of an answer against its rows as compact JSON objects. Bare CSV, without a quote or a word around it, is the
 * least that the values themselves cost: names weigh the same in both, so a table of names cannot get far below it.
 */
function compare(title: string, result: Awaited<ReturnType<typeof call>>): Measure {
  const { columns, rows } = columnar.parse(result.structuredContent)
  const objects = rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])))
  const csv = [columns.map(({ name }) => name), ...rows]
    .map((row) => row.map((cell) => cell ?? '').join(','))
    .join('\n')
  const ours = countTokens(textOf(result))
  const asObjects = countTokens(JSON.stringify(objects))
  const floor = countTokens(csv) / asObjects
  return {
    measure: `${title}, ${rows.length} rows`,
    value: ours / asObjects,
    unit: 'x',
    target: { atMost: LEAN },
    against: `${ours} tokens; as JSON objects ${asObjects}; bare CSV alone ${floor.toFixed(2)}${floor > LEAN ? ', above the target by its values' : ''}`,
  }
}

function textOf({ content }: Awaited<ReturnType<typeof call>>): string {
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('\n')
}
