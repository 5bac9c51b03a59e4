import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { dayOfInstant } from '../../dev/demo/calendar.ts'
import { type DemoOptions, openDemoData } from '../../dev/demo/generate.ts'
import { salesAhead } from '../../dev/demo/sales-ahead.ts'
import { stores } from '../../dev/demo/stores.ts'
import { columnsOf, rowsOf } from './rows.ts'

const now = new Date('2026-11-22T15:04:05Z')
const small: DemoOptions = { size: 'small', seed: 1, now }

describe('determinism', () => {
  it('makes the same bytes twice, and others for another seed', () => {
    const first = fingerprint(small)

    expect(fingerprint(small)).toBe(first)
    expect(fingerprint({ ...small, seed: 2 })).not.toBe(first)
  })

  it('makes the same batches in a thread of its own', async () => {
    const there = []
    for await (const batch of salesAhead(small)) there.push(batch)

    expect(there).toEqual([...openDemoData(small).sales()])
    expect(there.length).toBeGreaterThan(1)
  })

  it('passes on what goes wrong in the thread', async () => {
    await expect(salesAhead({ ...small, seed: 1.5 }).next()).rejects.toThrow('the seed must be a whole number')
  })

  it('keeps the bytes that were published', () => {
    // Fails when the demo data changes: then say so in the changelog, and put the new hash here.
    expect(fingerprint(small)).toBe('dc143accd4bb0d6b6e943c72df9a67c573a8b8eb566accaffb41b31bf65d828f')
  })

  it.each(['2026-11-22T15:04:04Z', '2026-11-21T03:30:00Z', '2025-03-09T11:00:00Z', '2020-01-09T00:00:00Z'])(
    'makes the same past whether it ends today or on %s',
    (earlier) => {
      const before = openDemoData({ ...small, now: new Date(earlier) })
      const direct = rowsOf(openDemoData(small))

      const old = rowsOf(before)
      const added = rowsOf(openDemoData(small), new Date(earlier))
      const changes = openDemoData(small).statusChanges(new Date(earlier))

      expect([...old.customers, ...added.customers].sort()).toEqual(direct.customers.toSorted())
      expect([...old.items, ...added.items].sort()).toEqual(direct.items.toSorted())
      const status = new Map(changes.map((change) => [change.orderId, change]))
      const continued = old.orders.map((line) => {
        const cells = line.split('\t')
        const change = status.get(cells[0] ?? '')
        return change
          ? [...cells.slice(0, 4), change.status, ...cells.slice(5, 7), `${change.since}\n`].join('\t')
          : line
      })
      expect([...continued, ...added.orders].sort()).toEqual(direct.orders.toSorted())
    },
  )

  it('refuses an end before the beginning and a seed that is no whole number', () => {
    expect(() => openDemoData({ ...small, now: new Date('2019-12-31T00:00:00Z') })).toThrow(RangeError)
    expect(() => openDemoData({ ...small, now: new Date(Number.NaN) })).toThrow(RangeError)
    expect(() => openDemoData({ ...small, seed: 1.5 })).toThrow(RangeError)
  })
})

describe('the small data set', () => {
  const orders = columnsOf(openDemoData(small), 'orders')
  const items = columnsOf(openDemoData(small), 'items')
  const customers = columnsOf(openDemoData(small), 'customers')

  it('has about 1,200 customers and 4,000 orders', () => {
    expect(customers.length).toBeGreaterThan(1_100)
    expect(customers.length).toBeLessThan(1_400)
    expect(orders.length).toBeGreaterThan(3_700)
    expect(orders.length).toBeLessThan(4_500)
  })

  it('adds up to the cent', () => {
    const totals = new Map<string, number>()
    for (const item of items) {
      const discount = cents(item.discount_amount)
      const gross = Number(item.quantity) * cents(item.unit_price)
      expect(discount).toBe(Math.floor((gross * Number(item.discount_percent) + 50) / 100))
      expect(cents(item.total_amount)).toBe(gross - discount)
      const order = item.order_id ?? ''
      totals.set(order, (totals.get(order) ?? 0) + cents(item.total_amount))
    }

    expect(orders.map((order) => totals.get(order.order_id ?? ''))).toEqual(
      orders.map((order) => cents(order.total_amount)),
    )
  })

  it('has one to five lines to an order and one to five pieces to a line', () => {
    const lines = Map.groupBy(items, ({ order_id }) => order_id)

    expect(new Set([...lines.values()].map((list) => list.length))).toEqual(new Set([1, 2, 3, 4, 5]))
    expect(new Set(items.map(({ quantity }) => quantity))).toEqual(new Set(['1', '2', '3', '4', '5']))
    for (const list of lines.values()) expect(new Set(list.map((item) => item.product_id)).size).toBe(list.length)
  })

  it('stays inside its dates: nothing before 2020, nothing after the end', () => {
    for (const { order_date = '', updated_at = '' } of orders) {
      expect(order_date >= '2020-01-01T08:00:00Z' && order_date <= '2026-11-22T15:04:05Z').toBe(true)
      expect(updated_at >= order_date && updated_at <= '2026-11-22T15:04:05Z').toBe(true)
    }
    for (const { created_at = '' } of customers) expect(created_at <= '2026-11-22T15:04:05Z').toBe(true)
  })

  it('sells something in every store on each of the last thirty days', () => {
    const today = dayOfInstant(now.getTime() / 1000)
    const sold = new Set(
      orders.map(({ store_id, order_date = '' }) => `${store_id} ${dayOfInstant(Date.parse(order_date) / 1000)}`),
    )

    for (const { id } of stores) {
      for (let day = today - 30; day < today; day++) expect(sold).toContain(`${id} ${day}`)
    }
  })

  it('knows some people in two stores, by the same email', () => {
    const storesOf = Map.groupBy(customers, ({ email }) => email)
    const twice = [...storesOf.values()].filter((rows) => rows.length > 1)

    expect(twice.length).toBeGreaterThan(10)
    for (const rows of twice) {
      expect(new Set(rows.map(({ store_id }) => store_id)).size).toBe(rows.length)
      expect(new Set(rows.map(({ customer_id }) => customer_id)).size).toBe(rows.length)
    }
  })
})

describe('the full data set', () => {
  it('orders again in time for one and a half to three and a half weeks of what was sold lately', () => {
    const data = openDemoData({ size: 'full', seed: 1, now })
    const sold = new Map<string, number>()
    for (const [, orders, items] of data.sales(new Date(now.getTime() - 90 * 86_400_000))) {
      const cancelled = new Set(
        orders.rows
          .map((row) => row.split('\t'))
          .filter((row) => row[4] === 'cancelled')
          .map((row) => row[0]),
      )
      for (const [, order, store, product, quantity] of items.rows.map((row) => row.split('\t'))) {
        const key = `${store} ${product}`
        if (!cancelled.has(order)) sold.set(key, (sold.get(key) ?? 0) + Number(quantity))
      }
    }

    const weeks = data
      .inventory()
      .rows.map((row) => row.split('\t'))
      .filter(([, , , reorderPoint]) => Number(reorderPoint) > 10)
      .map(
        ([store, product, , reorderPoint]) =>
          Number(reorderPoint) / ((sold.get(`${store} ${product}`) ?? 0) / (90 / 7)),
      )

    expect(weeks.length).toBeGreaterThan(50)
    expect(Math.min(...weeks)).toBeGreaterThan(1.4)
    expect(Math.max(...weeks)).toBeLessThan(4)
  })

  it('is planned with 50,000 customers and 200,000 orders by the end of October 2026', () => {
    const { customers, orders } = openDemoData({
      size: 'full',
      seed: 1,
      now: new Date('2026-11-01T07:00:00Z'),
    }).planned()

    expect(Math.abs(customers - 50_000)).toBeLessThan(1_000)
    expect(Math.abs(orders - 200_000)).toBeLessThan(2_000)
  })
})

function fingerprint(options: DemoOptions): string {
  const data = openDemoData(options)
  const hash = createHash('sha256')
  for (const { table, columns, rows } of data.reference()) hash.update(`${table} ${columns}\n${rows.join('')}`)
  const { customers, orders, items } = rowsOf(data)
  for (const rows of [customers, orders, items, data.inventory().rows]) hash.update(rows.join(''))
  return hash.digest('hex')
}

function cents(money: string | undefined): number {
  return Number(money?.replace('.', ''))
}
