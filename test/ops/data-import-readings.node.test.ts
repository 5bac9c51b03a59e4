import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines, openScratch, type Scratch } from '../sql/node/scratch.ts'
import { importData } from './node/import-data.ts'

const HEADING = 'Invoice No,Date,Store,SKU,Qty,Price'
const file = (...lines: string[]) => [HEADING, ...lines, ''].join('\n')

/** Numbers and dates as the world writes them: read as they were meant, or not at all. */
describe.for(engines)('data:import of a file on the %s engine', (engine) => {
  let scratch: Scratch
  let folder: string

  beforeAll(async () => {
    scratch = await openScratch(engine)
    folder = await mkdtemp(join(tmpdir(), 'zava-readings-'))
  })
  afterAll(async () => {
    await scratch.close()
    await rm(folder, { recursive: true })
  })
  beforeEach(async () => {
    const tables = [
      'order_items',
      'orders',
      'inventory',
      'customers',
      'products',
      'product_types',
      'categories',
      'stores',
    ]
    await scratch.owner.run([...tables.map((table) => `delete from retail.${table}`), 'delete from app.data_changes'], {
      readOnly: false,
    })
  })

  const rows = async (sql: string) => (await scratch.owner.run([sql]))[0] ?? []
  const load = async (content: string | Buffer, { name = 'till.csv', args = [] as string[] } = {}) => {
    await rm(join(folder, 'till.rejects.csv'), { force: true })
    await writeFile(join(folder, name), content)
    const { code, output } = await importData(scratch, [join(folder, name), ...args])
    const rejects = (await readFile(join(folder, 'till.rejects.csv'), 'utf8').catch(() => '')).split('\n').slice(1, -1)
    return { code, output, refused: rejects.map((line) => line.split(',').slice(0, 2).join(' ')) }
  }
  const isUntouched = async () =>
    expect(await rows('select 1 as one from retail.stores union all select 1 from app.data_changes')).toEqual([])

  it.for<[args: string[], prices: readonly (readonly [text: string, is: string | undefined])[]]>([
    [
      [],
      [
        ['12,50', undefined],
        ['1.234,50', undefined],
        ['12,34.50', undefined],
        ['1,2', undefined],
        ['12 50', undefined],
        ['1,234.50', '1234.50'],
        ['1,23,456.50', '123456.50'],
        ['$ 1 234.50', '1234.50'],
      ],
    ],
    [
      ['--decimal-comma'],
      [
        ['12.50', undefined],
        ['1,234.50', undefined],
        ['12,50 €', '12.50'],
        ['1.234.567,5', '1234567.50'],
      ],
    ],
  ])('with %s reads no price as another number', async ([args, prices]) => {
    const { code, output, refused } = await load(
      // How many tells the lines apart.
      file(...prices.map(([price], index) => `${index},2026-03-01,A,S,${index + 1},"${price}"`)),
      { args },
    )

    expect(code, output).toBe(0)
    expect(refused).toEqual(prices.flatMap(([, is], index) => (is === undefined ? [`${index + 2} unit_price`] : [])))
    expect(
      await rows('select quantity::text, unit_price from retail.order_items order by order_items.quantity'),
    ).toEqual(
      prices.flatMap(([, is], index) => (is === undefined ? [] : [{ quantity: String(index + 1), unit_price: is }])),
    )
  })

  it('reads no date as another moment', async () => {
    const dates: readonly (readonly [text: string, is: string | undefined])[] = [
      ['2026-03-01 10:00 America/New_York', '2026-03-01 15:00:00+00'],
      ['2026-03-01 10:00 EST', '2026-03-01 15:00:00+00'],
      ['Sun Mar 01 10:00:00 PST 2026', '2026-03-01 18:00:00+00'],
      ['2026-03-01 10:00 UTC', '2026-03-01 10:00:00+00'],
      ['Mar 1 2026 10:00 PM', '2026-03-02 04:00:00+00'],
      ['2026-03-01 BC', undefined],
    ]
    const { code, output, refused } = await load(
      file(...dates.map(([date], index) => `${index},${date},A,S,${index + 1},1`)),
      { args: ['--time-zone', 'America/Chicago'] },
    )

    expect(code, output).toBe(0)
    expect(refused).toEqual(['7 order_date'])
    const read = await rows(
      'select order_date from retail.orders join retail.order_items using (order_id) order by quantity',
    )
    expect(read.map((row) => row.order_date)).toEqual(dates.flatMap(([, is]) => is ?? []))
  })

  it.for<[order: string, dates: readonly [string, string], args: string[]]>([
    ['the day first', ['03/04/2026', '25/04/2026'], []],
    ['the day first, with dots', ['03.04.2026', '25.4.2026'], []],
    ['the month first', ['03/04/2026', '04/25/2026'], ['--dates', 'dmy']],
  ])('that turns out to write %s changes nothing', async ([, [first, second], args]) => {
    const { code, output } = await load(file(`1,${first},A,S,1,1`, `2,${second},A,S,1,1`), { args })

    expect(code, output).toBe(1)
    expect(output).toMatch(/another order, as line 3 shows; nothing of it was loaded[\s\S]*--dates (dmy|mdy)/)
    await isUntouched()
  })

  it.for<[what: string, lines: string[], refused: string[]]>([
    ['a line', ['1,2026-03-01,A,S,999999999,12.50'], ['2 quantity']],
    ['an order', ['1,2026-03-01,A,S,9,9999999', '1,2026-03-01,A,T,9,9999999'], ['2 quantity', '3 quantity']],
    ['a price that is rounded', ['1,2026-03-01,A,S,1,99999999.999'], ['2 unit_price']],
  ])('with %s that is too dear for the tables keeps the rest', async ([, lines, too]) => {
    const { code, output, refused } = await load(file(...lines, '2,2026-03-01,A,U,1,5'))

    expect(code, output).toBe(0)
    expect(refused).toEqual(too)
    expect(await rows('select total_amount from retail.orders')).toEqual([{ total_amount: '5.00' }])
  })
})
