import type { Client } from '@modelcontextprotocol/client'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { stores } from '../../dev/demo/stores.ts'
import { errorOf } from '../support/answers.ts'
import { connectAs, person } from '../support/edge.ts'
import { readAsOwner } from '../support/owner.ts'

const PERIOD = '2022-01-01..2026-06-30'
const row = z.tuple([z.string(), z.string(), z.number(), z.number(), z.number(), z.number(), z.number(), z.number()])
const answer = z.looseObject({
  orders: z.number(),
  least_together: z.number(),
  matched: z.array(z.string()),
  matched_count: z.number(),
  data_as_of: z.string(),
  rows: z.array(row),
})

async function togetherFor(client: Client, args: object = {}) {
  const result = await client.callTool({ name: 'get_product_affinity', arguments: { time_period: PERIOD, ...args } })
  if (result.isError === true) throw new Error(JSON.stringify(result.content))
  return answer.parse(result.structuredContent)
}

/** Every basket of a person's stores, as sets of categories and of types. */
async function baskets(key: string): Promise<{ categories: Set<string>; types: Set<string> }[]> {
  const own = stores.filter((one) => person(key).storeKeys.includes(one.key)).map(({ id }) => id)
  const rows = await readAsOwner(
    `select string_agg(distinct c.category_name, '|') as categories, string_agg(distinct t.type_name, '|') as types
       from retail.orders o join retail.order_items oi on oi.store_id = o.store_id and oi.order_id = o.order_id
       join retail.products p using (product_id) join retail.categories c on c.category_id = p.category_id
       join retail.product_types t on t.type_id = p.type_id
      where o.store_id = any ($1::uuid[]) and o.status = 'completed'
        and (o.order_date at time zone 'America/Los_Angeles')::date between '2022-01-01' and '2026-06-30'
      group by o.order_id`,
    [own],
  )
  return rows.map(({ categories, types }) => ({
    categories: new Set(String(categories).split('|')),
    types: new Set(String(types).split('|')),
  }))
}

const count = <T>(list: readonly T[], test: (one: T) => boolean) => list.filter(test).length

describe('get_product_affinity', () => {
  it('reads a product in a shopper’s words, and says how old the data is', async () => {
    const { client } = await connectAs('head-office')

    const words = await togetherFor(client, { product: 'paint brushes', level: 'product_type' })
    const type = await togetherFor(client, { product: 'Brushes', level: 'product_type' })

    expect(words.matched.length).toBeGreaterThan(1)
    expect(words.matched).toEqual(type.matched.filter((name) => !name.includes('Wire')))
    expect(words.data_as_of).toMatch(/^2026-06-30T/)
  })

  it('counts pairs of categories as they lie in the baskets', async () => {
    const { client } = await connectAs('regional')
    const [all, found] = await Promise.all([
      baskets('regional'),
      togetherFor(client, { level: 'category', min_support: 0, limit: 200 }),
    ])

    expect(found.orders).toBe(all.length)
    expect(found.rows.length).toBeGreaterThan(0)
    for (const [item, other, together, withItem, withOther, support, confidence, lift] of found.rows) {
      const truth = {
        together: count(all, ({ categories }) => categories.has(item) && categories.has(other)),
        item: count(all, ({ categories }) => categories.has(item)),
        other: count(all, ({ categories }) => categories.has(other)),
      }
      expect([together, withItem, withOther]).toEqual([truth.together, truth.item, truth.other])
      expect(support).toBeCloseTo(truth.together / all.length, 4)
      expect(confidence).toBeCloseTo(truth.together / truth.item, 3)
      expect(lift).toBeCloseTo((truth.together * all.length) / (truth.item * truth.other), 1)
    }
    const names = [...new Set(all.flatMap(({ categories }) => [...categories]))].sort()
    const expected = names.flatMap((a, i) =>
      names.slice(i + 1).filter((b) => {
        const both = count(all, ({ categories }) => categories.has(a) && categories.has(b))
        const chance =
          (count(all, ({ categories }) => categories.has(a)) * count(all, ({ categories }) => categories.has(b))) /
          all.length
        return both >= found.least_together && both > chance
      }),
    )
    expect(found.rows).toHaveLength(expected.length)
  })

  it('tells what goes with interior paint, as one item however many paints there are', async () => {
    const { client } = await connectAs('head-office')
    const [all, found] = await Promise.all([
      baskets('head-office'),
      togetherFor(client, { product: 'interior paint', level: 'product_type' }),
    ])

    const paint = all.filter(({ types }) => types.has('Interior Paint'))
    expect(found.matched_count).toBeGreaterThan(1)
    expect(found.rows.length).toBeGreaterThan(0)
    for (const [item, other, together, withItem] of found.rows) {
      expect([item, withItem]).toEqual(['interior paint', paint.length])
      expect(together).toBe(count(paint, ({ types }) => types.has(other)))
    }
    expect(found.rows.map(([, other]) => other)).not.toContain('Interior Paint')
  })

  it('leaves out pairs below the minimum, and states it', async () => {
    const { client } = await connectAs('head-office')

    const found = await togetherFor(client, { level: 'product_type', min_support: 0.01, limit: 200 })

    expect(found.least_together).toBe(Math.ceil(found.orders * 0.01))
    expect(found.rows.every(([, , together]) => together >= found.least_together)).toBe(true)
    expect(found.rows.every(([, , , , , , , lift]) => lift >= 1)).toBe(true)
  })

  it.each([
    ['a product that there is not', { product: 'unobtainium' }, 'VALIDATION_ERROR', 'product'],
    ['a category that there is not', { category: 'Paintings' }, 'VALIDATION_ERROR', 'category'],
    ['both at once', { category: 'Paint', product: 'brush' }, 'VALIDATION_ERROR', 'category'],
    ['a time that is none', { time_period: 'once upon a time' }, 'VALIDATION_ERROR', 'time_period'],
  ])('refuses %s and says what to do', async (_what, args, code, field) => {
    const { client } = await connectAs('seattle')

    const error = errorOf(await client.callTool({ name: 'get_product_affinity', arguments: args }))

    expect(error).toMatchObject({ code, field })
    expect(error.hint).toBeTruthy()
  })

  it('looks into nobody else’s baskets', async () => {
    const { client } = await connectAs('redmond')
    const [all, found] = await Promise.all([baskets('redmond'), togetherFor(client, { level: 'category' })])

    expect(found.orders).toBe(all.length)
  })
})
