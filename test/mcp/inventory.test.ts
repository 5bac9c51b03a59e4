import type { Client } from '@modelcontextprotocol/client'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { stores } from '../../dev/demo/stores.ts'
import { errorOf } from '../support/answers.ts'
import { connectAs, person } from '../support/edge.ts'
import { readAsOwner } from '../support/owner.ts'

const row = z.tuple([
  z.string(),
  z.string(),
  z.string(),
  z.string(),
  z.string(),
  z.number(),
  z.number(),
  z.number(),
  z.number().nullable(),
  z.number(),
  z.number(),
  z.number(),
])
const answer = z.looseObject({
  stores: z.array(z.string()),
  data_as_of: z.string(),
  rows: z.array(row),
  row_count: z.number(),
  truncated: z.boolean(),
  summary: z.array(z.looseObject({ status: z.string(), positions: z.number(), units: z.number() })),
  insights: z.array(z.looseObject({ kind: z.string(), statement: z.string(), money_at_stake: z.number() })),
})

async function stockOf(client: Client, args: object = {}) {
  const result = await client.callTool({ name: 'get_inventory_status', arguments: { ...args } })
  if (result.isError === true) throw new Error(JSON.stringify(result.content))
  return answer.parse(result.structuredContent)
}

interface Position {
  readonly stock: number
  readonly reorderPoint: number
  readonly sold8: number
  readonly sold13: number
  readonly isGone: boolean
  readonly costCents: number
}

const SOLD = "case when o.status = 'completed' then oi.quantity end"
const NET = "case o.status when 'completed' then oi.quantity else -oi.quantity end"

/** Every position of a person's stores as the owner reads it, one by one and without any of the tool's SQL. */
async function truthFor(key: string): Promise<Map<string, Position>> {
  const own = stores.filter((one) => person(key).storeKeys.includes(one.key)).map(({ id }) => id)
  const sold = (
    days: number,
    what: string,
  ) => `coalesce((select sum(${what}) from retail.orders o, retail.order_items oi
      where oi.store_id = o.store_id and oi.order_id = o.order_id and o.store_id = i.store_id and oi.product_id = i.product_id and o.status in ('completed', 'returned')
        and o.order_date > latest.at - interval '${days} days'), 0)`
  const rows = await readAsOwner(
    `select i.store_id || ' ' || p.sku as key, i.stock_level, i.reorder_point, greatest(0, ${sold(56, NET)}) as sold8, ${sold(91, SOLD)} as sold13,
            p.discontinued_at <= latest.at as gone, p.cost
       from retail.inventory i join retail.products p on p.product_id = i.product_id,
            (select max(order_date) as at from retail.orders where store_id = any ($1::uuid[])) latest
      where i.store_id = any ($1::uuid[])`,
    [own],
  )
  return new Map(
    rows.map((one) => [
      String(one.key),
      {
        stock: Number(one.stock_level),
        reorderPoint: Number(one.reorder_point),
        sold8: Number(one.sold8),
        sold13: Number(one.sold13),
        isGone: one.gone === 't',
        costCents: Math.round(Number(one.cost) * 100),
      },
    ]),
  )
}

function statusOf({ stock, reorderPoint, sold8, sold13, isGone }: Position): string | undefined {
  if (stock === 0) return isGone ? undefined : 'out'
  if (sold13 === 0) return 'dead'
  if (!isGone && (stock <= reorderPoint || (sold8 > 0 && (stock * 8) / sold8 < 2))) return 'low'
  return sold8 === 0 || (stock * 8) / sold8 > 26 ? 'overstocked' : 'ok'
}

describe('get_inventory_status', () => {
  it('judges every product of Seattle as the definitions say', async () => {
    const { client } = await connectAs('seattle')
    const [truth, { rows, truncated }] = await Promise.all([truthFor('seattle'), stockOf(client, { limit: 500 })])

    const storeId = stores.find(({ key }) => key === 'seattle')?.id
    const expected = [...truth].flatMap(([key, one]) => {
      const status = statusOf(one)
      const reorder = one.isGone ? 0 : Math.max(0, Math.ceil((one.sold8 * 6) / 8) - one.stock)
      const supply = one.sold8 === 0 ? null : Math.round(((one.stock * 8) / one.sold8) * 10) / 10
      return status === undefined ? [] : [[key, status, one.stock, supply, reorder, (one.stock * one.costCents) / 100]]
    })
    const told = rows.map(([, , sku, , status, stock, , , supply, reorder, value]) => [
      `${storeId} ${sku}`,
      status,
      stock,
      supply,
      reorder,
      value,
    ])
    expect(truncated).toBe(false)
    expect(new Set(told.map(([, status]) => status)).size).toBeGreaterThanOrEqual(4)
    expect(told.sort(byKey)).toEqual(expected.sort(byKey))
  })

  it('sums up all stock by status, to the cent, whatever is listed', async () => {
    const { client } = await connectAs('regional')
    const [truth, { summary, rows, row_count, truncated }] = await Promise.all([
      truthFor('regional'),
      stockOf(client, { status: 'low', limit: 3 }),
    ])

    for (const one of summary) {
      const positions = [...truth.values()].filter((position) => statusOf(position) === one.status)
      const cents = positions.reduce((sum, { stock, costCents }) => sum + stock * costCents, 0)
      expect(one).toMatchObject({
        positions: positions.length,
        units: positions.reduce((sum, { stock }) => sum + stock, 0),
        value_at_cost: cents / 100,
      })
    }
    expect(summary.map(({ status }) => status)).toEqual(['out', 'dead', 'low', 'overstocked', 'ok'])
    expect([rows.length, row_count, truncated]).toEqual([3, 3, true])
    expect(rows.every(([, , , , status]) => status === 'low')).toBe(true)
  })

  it('shows a manager their own stores only, and one of them when it is named', async () => {
    const { client } = await connectAs('regional')

    const all = await stockOf(client, { limit: 500 })
    const one = await stockOf(client, { store: 'redmond', limit: 500 })

    expect(new Set(all.rows.map(([store]) => store)).size).toBeGreaterThan(1)
    expect(all.stores).toHaveLength(4)
    expect(new Set(one.rows.map(([store]) => store))).toEqual(new Set(['Zava Retail Redmond']))
    expect(JSON.stringify(all)).not.toContain('Spokane')
  })

  it('refuses a store of somebody else’s and one that is not there in the same words', async () => {
    const { client } = await connectAs('redmond')
    const ask = (store: string) => client.callTool({ name: 'get_inventory_status', arguments: { store } })

    const theirs = errorOf(await ask('Zava Retail Seattle'))
    const nobodys = errorOf(await ask('Zava Retail Atlantis'))

    expect(theirs).toMatchObject({ code: 'AUTHORIZATION_ERROR', message: nobodys.message })
  })

  it('takes thresholds, and says what it made of them', async () => {
    const { client } = await connectAs('seattle')

    const usual = await stockOf(client)
    const strict = await stockOf(client, { overstocked_weeks: 4, low_weeks: 1 })

    const over = ({ summary }: typeof usual) => summary.find(({ status }) => status === 'overstocked')?.positions ?? 0
    expect(over(strict)).toBeGreaterThan(over(usual))
    expect(strict.definitions).toMatchObject({ overstocked: 'more than 4 weeks of supply' })
  })

  it('takes a part of a category’s name, and names the categories to who names none of them', async () => {
    const { client } = await connectAs('seattle')

    const paint = await stockOf(client, { category: 'paint' })
    const error = errorOf(await client.callTool({ name: 'get_inventory_status', arguments: { category: 'Paintings' } }))

    expect(new Set(paint.rows.map(([, , , category]) => category))).toEqual(new Set(['Paint & Finishes']))
    expect(error).toMatchObject({ code: 'VALIDATION_ERROR', field: 'category' })
    expect(error.hint).toContain('Paint & Finishes')
  })

  it('tells what lies dead, with the money in it', async () => {
    const { client } = await connectAs('kirkland')

    const { insights, summary } = await stockOf(client)

    const dead = insights.find(({ kind }) => kind === 'dead_stock')
    expect(dead?.money_at_stake).toBe(summary.find(({ status }) => status === 'dead')?.value_at_cost)
    expect(dead?.statement).toMatch(/^\d+ products sold nothing in 13 weeks; \$[\d,.]+ at cost/)
  })
})

function byKey([a]: readonly unknown[], [b]: readonly unknown[]): number {
  return String(a) < String(b) ? -1 : 1
}

describe('one product', () => {
  it('is found by number and by words, store by store, and nothing else is added up', async () => {
    const { client } = await connectAs('regional')

    const [number, words] = await Promise.all([
      stockOf(client, { product: 'hthm000200' }),
      stockOf(client, { product: 'claw hammers' }),
    ])

    expect(number.rows.map(([store]) => store).sort()).toEqual([
      'Zava Retail Bellevue',
      'Zava Retail Kirkland',
      'Zava Retail Redmond',
      'Zava Retail Seattle',
    ])
    expect(new Set(number.rows.map(([, , sku]) => sku))).toEqual(new Set(['HTHM000200']))
    expect(words.rows).toEqual(number.rows)
    const units = number.summary.reduce((sum, one) => sum + one.units, 0)
    expect(units).toBe(number.rows.reduce((sum, one) => sum + one[5], 0))
  })

  it('that there is not is said to be none', async () => {
    const { client } = await connectAs('seattle')

    const error = errorOf(await client.callTool({ name: 'get_inventory_status', arguments: { product: 'unicorn' } }))

    expect(error).toMatchObject({ code: 'VALIDATION_ERROR', field: 'product' })
    expect(error.hint).toContain('semantic_search_products')
  })
})
