import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines, openScratch, type Scratch } from '../sql/node/scratch.ts'
import { importData } from './node/import-data.ts'

const HEADING = 'Invoice No,Date,Store,SKU,Qty,Price'
const file = (...lines: string[]) => [HEADING, ...lines, ''].join('\n')

/** Files as they should not be: what of them is in, and what is said of the rest. */
describe.for(engines)('data:import of a hostile file on the %s engine', (engine) => {
  let scratch: Scratch
  let folder: string

  beforeAll(async () => {
    scratch = await openScratch(engine)
    folder = await mkdtemp(join(tmpdir(), 'zava-hostile-'))
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

  it.for<[what: string, content: string | Buffer, says: RegExp]>([
    ['is empty', '', /till.csv is empty/],
    ['has another heading', 'a,b\n1,2\n', /no column for order_id, order_date, sku, quantity, unit_price/],
    ['lacks a column', 'Invoice No,Date,Store,SKU,Qty\n1,2026-03-01,A,S,1\n', /no column for unit_price/],
    [
      'has a cell of 1 MB',
      file('1,2026-03-01,A,S,1,1', `2,2026-03-01,A,"${'x'.repeat(1_000_000)}",1,1`),
      /more than 64 KiB/,
    ],
    [
      'has two columns of one name',
      'Invoice No,Date,Store,SKU,Qty,Price,price\n1,2026-03-01,A,S,1,1,2\n',
      /two columns called Price/,
    ],
    ['is UTF-16', Buffer.from(`\uFEFF${file('1,2026-03-01,A,S,1,1')}`, 'utf16le'), /encoding/],
    ['is a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /encoding/],
  ])('that %s changes nothing, and says why', async ([, content, says]) => {
    const { code, output } = await load(content)

    expect(code, output).toBe(1)
    expect(output).toMatch(says)
    await isUntouched()
  })

  it('that is cut off after thousands of good lines changes nothing', async () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `${i},2026-03-01,A,S-${i},1,${i % 97}`)
    const whole = gzipSync(file(...lines))
    const { code, output } = await load(whole.subarray(0, whole.length - 40), { name: 'till.csv.gz' })

    expect(code, output).toBe(1)
    expect(output).toContain('nothing of it was loaded')
    await isUntouched()
  })

  it('with line breaks, quotation marks, tabs and backslashes inside of fields keeps them', async () => {
    const odd = ['Paint "Sky"\n5 l', 'Tab\there', 'Back\\slash \\N \\.']
    const lines = odd.map((name, i) => `${i},2026-03-01,A,S-${i},"${name.replaceAll('"', '""')}",1,1`)
    const { code, refused } = await load(['Invoice No,Date,Store,SKU,Product,Qty,Price', ...lines, ''].join('\r\n'))

    expect([code, refused]).toEqual([0, []])
    expect(
      (await rows('select product_name as name from retail.products order by sku')).map(({ name }) => name),
    ).toEqual(odd)
  })

  it('in UTF-16 is read when it says so', async () => {
    const { code } = await load(Buffer.from(`\uFEFF${file('1,2026-03-01,Zürich,S,1,1')}`, 'utf16le'), {
      args: ['--encoding', 'utf-16le'],
    })

    expect(code).toBe(0)
    expect(await rows('select store_name from retail.stores')).toEqual([{ store_name: 'Zürich' }])
  })

  it('with dates in odd forms takes what is a date and refuses what is none', async () => {
    const dates = [
      '03/04/2026',
      '2026-03-04T10:00:00Z',
      '4 Mar 2026',
      '2026-02-30',
      '20260304',
      'yesterday-ish',
      '45000',
      '0000-00-00',
      'infinity',
      'today',
      '20260-03-04',
      'March 4 2026',
    ]
    const { code, refused } = await load(file(...dates.map((date, i) => `${i},${date},A,S,1,1`)))

    expect(code).toBe(0)
    expect(refused).toEqual([
      '5 order_date',
      '7 order_date',
      '8 order_date',
      '9 order_date',
      '10 order_date',
      '11 order_date',
      '12 order_date',
    ])
    expect(
      await rows(`select distinct to_char(order_date at time zone 'UTC', 'YYYY-MM-DD') as day from retail.orders`),
    ).toEqual([{ day: '2026-03-04' }])
  })

  it('with numbers that are none, columns too many and the same line twice refuses by line, and keeps both equal sales', async () => {
    const { code, refused } = await load(
      file(
        '1,2026-03-01,A,S,1,1',
        '1,2026-03-01,A,S,1,1',
        '2,2026-03-01,A,S,0,1',
        '3,2026-03-01,A,S,1,-1',
        '4,2026-03-01,A,S,1.5,1',
        '5,2026-03-01,A,S,1,1,more',
        '6,2026-03-01,,S,1,1',
        '7,2026-03-01,A,S,99999999999,1',
        '8,2026-03-01,A,S,1,1e3',
      ),
    )

    expect(code).toBe(0)
    expect(refused).toEqual([
      '4 quantity',
      '5 unit_price',
      '6 quantity',
      '7 ',
      '8 store',
      '9 quantity',
      '10 unit_price',
    ])
    // A till writes two pieces as two lines: they are two items of one order, not one item twice.
    expect(await rows('select count(*) as n from retail.order_items')).toEqual([{ n: '2' }])
  })

  it('takes what came back, alone or of an order, as returns', async () => {
    await load(file('1,2026-03-01,A,S,3,2', '1,2026-03-01,A,S,-1,2', '2,2026-03-02,A,S,-2,2'))

    expect(await rows('select status, sum(total_amount) as total from retail.orders group by 1 order by 1')).toEqual([
      { status: 'completed', total: '6.00' },
      { status: 'returned', total: '6.00' },
    ])
  })

  it('whose names run into each other keeps orders and items apart', async () => {
    const { code } = await load(
      file('1 2,2026-03-01,A,S,1,1', '2,2026-03-01,A 1,S,1,2', '8 9,2026-03-01,A,3,1,4', '8,2026-03-01,A,9 3,1,4'),
    )

    expect(code).toBe(0)
    expect(
      await rows(`select s.store_name as store, o.total_amount as total, count(*) as items
                    from retail.orders o join retail.stores s using (store_id) join retail.order_items using (store_id, order_id)
                   group by o.order_id, 1, 2 order by 1, 2`),
    ).toEqual([
      { store: 'A', total: '1.00', items: '1' },
      { store: 'A', total: '4.00', items: '1' },
      { store: 'A', total: '4.00', items: '1' },
      { store: 'A 1', total: '2.00', items: '1' },
    ])
  })

  it('says in the words of a web shop what became of an order', async () => {
    const lines = ['Paid', 'on hold', 'Canceled', 'REFUNDED', 'completed', '', 'lost'].map(
      (status, i) => `${i},2026-03-01,A,S,1,1,${status}`,
    )
    const { refused } = await load([`${HEADING},State`, ...lines, ''].join('\n'))

    expect(refused).toEqual(['8 status'])
    expect(await rows('select status, count(*) as n from retail.orders group by 1 order by 1')).toEqual([
      { status: 'cancelled', n: '1' },
      { status: 'completed', n: '3' },
      { status: 'pending', n: '1' },
      { status: 'returned', n: '1' },
    ])
  })

  it('of more lines than are read at once keeps every one, and counts them as an editor does', async () => {
    const bad = new Set([249, 250, 5_299])
    const lines = Array.from({ length: 5_300 }, (_, i) => `${i},2026-03-01,A,S,${bad.has(i) ? 0 : 1},1`)
    const { refused } = await load(file(...lines))

    expect(refused).toEqual(['251 quantity', '252 quantity', '5301 quantity'])
    expect(await rows('select count(*) as n from retail.order_items')).toEqual([{ n: '5297' }])
  })

  it('that calls one thing by several names takes the newest, and gives an address to one customer only', async () => {
    const heading = 'Invoice No,Date,Store,Customer,Customer name,Email,SKU,Product,Qty,Price'
    const lines = [
      '1,2026-03-02,A,c1,Ann Old,ann@x.example,S,Named,1,1',
      '2,2026-03-01,A,c1,Ann Older,,S,Named before,1,2',
      '3,2026-03-03,A,c1,Ann New,ann@x.example,S,,1,3',
      '4,2026-03-03,A,c1,Ann Below,ann@x.example,T,Above,1,4',
      '5,2026-03-03,A,c2,Bob Twin,ANN@x.example,T,Below,1,5',
    ]
    const later = '6,2026-03-04,A,c3,Cy Late,ann@x.example,S,Named afterwards,1,6'
    const results = [await load([heading, ...lines, ''].join('\n')), await load([heading, later, ''].join('\n'))]

    expect(results.map(({ code }) => code)).toEqual([0, 0])
    expect(await rows('select sku, product_name as name, base_price as price from retail.products order by 1')).toEqual(
      [
        { sku: 'S', name: 'Named', price: '1.00' },
        { sku: 'T', name: 'Above', price: '4.00' },
      ],
    )
    expect(await rows("select first_name || ' ' || last_name as name, email from retail.customers order by 1")).toEqual(
      [
        { name: 'Ann New', email: 'ann@x.example' },
        { name: 'Bob Twin', email: null },
        { name: 'Cy Late', email: null },
      ],
    )
  })

  it('with columns that nobody knows leaves them out', async () => {
    const { code } = await load(`Weather,${HEADING},Till\nsunny,1,2026-03-01,A,S,1,1,7\n`)

    expect(code).toBe(0)
    expect(await rows('select count(*) as n from retail.orders')).toEqual([{ n: '1' }])
  })
})
