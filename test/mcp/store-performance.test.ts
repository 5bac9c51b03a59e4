import type { Client } from '@modelcontextprotocol/client'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { errorOf } from '../support/answers.ts'
import { bindings, connectAs } from '../support/edge.ts'
import { readAsOwner } from '../support/owner.ts'

const performance = z.looseObject({
  store_id: z.string().nullable(),
  store: z.string(),
  period: z.looseObject({ from: z.string(), to: z.string() }),
  metrics: z.record(z.string(), z.number().nullable()),
  comparison: z
    .object({
      period: z.looseObject({ from: z.string(), to: z.string() }),
      metrics: z.record(z.string(), z.number().nullable()),
      change: z.record(z.string(), z.number().nullable()),
    })
    .optional(),
  by_store: z
    .object({ columns: z.array(z.looseObject({ name: z.string() })), rows: z.array(z.array(z.unknown())) })
    .optional(),
  insights: z.array(z.looseObject({ statement: z.string(), money_at_stake: z.number() })),
  notices: z.array(z.string()),
})

const form = z.looseObject({
  requestedSchema: z.looseObject({
    properties: z.object({
      choice: z.looseObject({ oneOf: z.array(z.object({ const: z.string(), title: z.string() })) }),
    }),
  }),
})

async function perform(client: Client, args: object) {
  const result = await client.callTool({ name: 'get_store_performance', arguments: { ...args } })
  if (result.isError === true) throw new Error(`refused: ${JSON.stringify(result.content)}`)
  return performance.parse(result.structuredContent)
}

async function requestsServed(): Promise<number> {
  const endpoint = bindings.TEST_ENGINES[0]?.endpoint ?? ''
  return ((await (await fetch(new URL('/stats', endpoint))).json()) as { requests: number }).requests
}

const MAY = ['2026-05-01 07:00Z', '2026-06-01 07:00Z']
const APRIL = ['2026-04-01 07:00Z', '2026-05-01 07:00Z']

/** What the owner finds for a store in a period, written independently of the metrics' own SQL. */
async function truthOf(store: string, [from, to]: readonly string[]) {
  const [row] = await readAsOwner(
    `with l as (
       select o.order_id, o.customer_id, o.status, i.quantity, i.unit_price, i.discount_amount, i.total_amount, p.cost
         from retail.stores s join retail.orders o on o.store_id = s.store_id join retail.order_items i on i.order_id = o.order_id
         join retail.products p on p.product_id = i.product_id
        where s.store_name = $1 and o.order_date >= $2 and o.order_date < $3),
     done as (select * from l where status = 'completed'), back as (select * from l where status = 'returned')
     select (select sum(total_amount) from done) - (select coalesce(sum(total_amount), 0) from back) as net_sales,
            (select sum(quantity * unit_price) from done) as gross_sales,
            (select sum(discount_amount) from done) as discounts,
            (select coalesce(sum(total_amount), 0) from back) as returns,
            (select count(distinct order_id) from done) as orders,
            (select sum(quantity) from done) - (select coalesce(sum(quantity), 0) from back) as units,
            (select round(sum(total_amount) / count(distinct order_id), 2) from done) as average_order_value,
            (select round(sum(quantity)::numeric / count(distinct order_id), 2) from done) as items_per_order,
            (select sum(total_amount - quantity * cost) from done)
              - (select coalesce(sum(total_amount - quantity * cost), 0) from back) as gross_margin,
            (select count(distinct customer_id) from done) as customers,
            (select count(distinct order_id) from back) as returned`,
    [store, from, to],
  )
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]))
}

describe('a store', () => {
  it.each([
    ['seattle', undefined, 'Zava Retail Seattle'],
    ['regional', 'Bellevue', 'Zava Retail Bellevue'],
    ['head-office', 'online', 'Zava Retail Online'],
  ])('asked about by %s has the numbers that the owner finds, now and before', async (key, store, name) => {
    const { client } = await connectAs(key)

    const answer = await perform(client, { store, time_period: '2026-05' })

    const { returned: _, ...now } = await truthOf(name, MAY)
    const { returned: __, ...before } = await truthOf(name, APRIL)
    expect(answer.store).toBe(name)
    expect(answer.metrics).toMatchObject(now)
    expect(answer.comparison?.metrics).toMatchObject(before)
    expect(answer.comparison?.change.net_sales).toBeCloseTo(
      (100 * ((now.net_sales ?? 0) - (before.net_sales ?? 0))) / (before.net_sales ?? 1),
      1,
    )
    const { metrics } = answer
    expect(metrics.new_customers).toBe((metrics.customers ?? 0) - (metrics.returning_customers ?? 0))
    expect(answer.by_store).toBeUndefined()
  })

  it('may be named by id as store_id, the sample’s own argument', async () => {
    const { client } = await connectAs('seattle')
    const byName = await perform(client, { store: 'Seattle', time_period: '2026-05', fresh: true })

    const byId = await perform(client, { store_id: byName.store_id, time_period: '2026-05', fresh: true })

    expect(byId).toEqual(byName)
  })

  it('named twice in different words is refused', async () => {
    const { client } = await connectAs('seattle')

    const error = errorOf(
      await client.callTool({ name: 'get_store_performance', arguments: { store: 'Seattle', store_id: 'Tacoma' } }),
    )

    expect(error).toMatchObject({ code: 'VALIDATION_ERROR', field: 'store_id' })
  })

  it('says in the text what the structure says', async () => {
    const { client } = await connectAs('seattle')

    const result = await client.callTool({ name: 'get_store_performance', arguments: { time_period: '2026-05' } })

    const { metrics, store_id, insights } = performance.parse(result.structuredContent)
    const text = JSON.stringify(result.content)
    for (const [name, value] of Object.entries(metrics)) expect(text).toContain(`${name} ${value}`)
    expect(text).toContain(String(store_id))
    for (const { statement } of insights) expect(text).toContain(JSON.stringify(statement).slice(1, -1))
  })

  it('stands out only where there is evidence', async () => {
    const { client } = await connectAs('head-office')

    const answer = await perform(client, { store: 'all', time_period: '2026-Q2', compare_to: 'previous_period' })

    expect(answer.insights.length).toBeGreaterThan(0)
    expect(answer.insights.map(({ money_at_stake }) => money_at_stake)).toEqual(
      answer.insights.map(({ money_at_stake }) => money_at_stake).sort((a, b) => b - a),
    )
  })
})

describe('several stores', () => {
  it('of a client that cannot be asked are answered for all, store by store', async () => {
    const { client } = await connectAs('regional')

    const answer = await perform(client, { time_period: '2026-05' })

    expect(answer.store).toContain('all your 4 stores')
    expect(answer.store_id).toBeNull()
    expect(answer.by_store?.rows.map(([store]) => store).sort()).toEqual([
      'Zava Retail Bellevue',
      'Zava Retail Kirkland',
      'Zava Retail Redmond',
      'Zava Retail Seattle',
    ])
    const sums = answer.by_store?.rows.reduce((sum, row) => sum + Math.round(Number(row[1]) * 100), 0)
    expect(sums).toBe(Math.round((answer.metrics.net_sales ?? 0) * 100))
  })

  describe.each(['auto', 'legacy'] as const)('in the %s era', (era) => {
    async function asked(reply: (options: { const: string; title: string }[]) => object) {
      const { client } = await connectAs('regional', {
        era,
        clientId: `asked-${era}`,
        client: { capabilities: { elicitation: { form: {} } } },
      })
      const questions: string[] = []
      client.setRequestHandler('elicitation/create', async ({ params }) => {
        questions.push(params.message)
        const { requestedSchema } = form.parse(params)
        return reply(requestedSchema.properties.choice.oneOf) as never
      })
      return { client, questions }
    }

    it('the user is asked which one, and it is that one', async () => {
      const { client, questions } = await asked((options) => ({
        action: 'accept',
        content: { choice: options.find(({ title }) => title.endsWith('Redmond'))?.const },
      }))

      const answer = await perform(client, { time_period: '2026-05' })

      expect(questions).toEqual(['Which store is it about?'])
      expect(answer.store).toBe('Zava Retail Redmond')
    })

    it('whoever would not say, or names what was not offered, gets all of them', async () => {
      const declined = await asked(() => ({ action: 'decline' }))
      const invented = await asked(() => ({ action: 'accept', content: { choice: 'Tacoma' } }))

      expect((await perform(declined.client, { time_period: '2026-05' })).store).toContain('all your 4 stores')
      expect((await perform(invented.client, { time_period: '2026-05' })).store).toContain('all your 4 stores')
    })

    it('a named one, or all, needs no question', async () => {
      const { client, questions } = await asked(() => ({ action: 'cancel' }))

      await perform(client, { store: 'all', time_period: '2026-05' })
      await perform(client, { store: 'Kirkland', time_period: '2026-05' })

      expect(questions).toEqual([])
    })
  })
})

describe('a store of somebody else’s', () => {
  it.each(['seattle', 'regional'])(
    'gets %s the sentence of one that does not exist, and no request to the database',
    async (key) => {
      const { client } = await connectAs(key, { clientId: 'refused' })
      await client.callTool({ name: 'whoami', arguments: {} })
      const ask = async (name: string, store: string) => {
        const { request_id: _, ...error } = errorOf(
          await client.callTool({ name, arguments: { store, time_period: '2026-05' } }),
        )
        return error
      }
      const before = await requestsServed()

      const theirs = await ask('get_store_performance', 'Zava Retail Tacoma')
      const nobodys = await ask('get_store_performance', 'Zava Retail Quxby')
      const report = await ask('get_sales_report', 'Zava Retail Tacoma')

      expect(theirs).toMatchObject({ code: 'AUTHORIZATION_ERROR', retryable: false })
      expect(nobodys).toEqual(theirs)
      expect(report).toEqual(theirs)
      expect(await requestsServed()).toBe(before)
    },
  )

  it('is one round trip for one’s own', async () => {
    const { client } = await connectAs('seattle', { clientId: 'own' })
    await client.callTool({ name: 'whoami', arguments: {} })
    const before = await requestsServed()

    await perform(client, { time_period: '2026-05', fresh: true })

    expect((await requestsServed()) - before).toBe(1)
  })
})
