import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines, openScratch, type Scratch } from '../sql/node/scratch.ts'
import { importData, startImport } from './node/import-data.ts'

/** As a till exports it: byte-order mark, Windows line ends, quoted fields, a return, and lines that are not fit. */
const SALES = [
  '\uFEFFInvoice No,Date,Store,Customer,SKU,Product,Category,Qty,Price',
  '1001,2026-03-01 10:15,Harbour,Ann,H-1,"Hammer, 16 oz",Hand Tools,2,"$1,019.50"',
  '1001,2026-03-01 10:15,Harbour,Ann,N-9,Nails,Hardware,10,0.25',
  '1002,2026-03-02 09:00,Hill,Bob,H-1,"Hammer, 16 oz",Hand Tools,1,1019.50',
  '1003,2026-03-03 12:00,Harbour,Ann,N-9,Nails,Hardware,-4,0.25',
  '1004,31/31/2026,Harbour,Ann,N-9,Nails,Hardware,1,0.25',
  '1005,2026-03-04,Harbour,Ann,N-9,Nails,Hardware,many,0.25',
  '1006,2026-03-04,Harbour,Ann,N-9,Nails,Hardware,1,0.25,too,many',
  '1007,2026-03-04,Harbour,Ann,,Nails,Hardware,1,0.25',
  '',
].join('\r\n')

const TABLES = {
  'stores.csv':
    'store_id,store_name,region,time_zone,opened_on\nS1,Harbour,North,America/New_York,2020-01-01\nS2,Hill,South,Mars/Base,2020-01-01\nS3,Mill,South,,2021-05-01\n',
  'users.csv':
    'email,display_name,role,stores\nann@shop.example,Ann,store_manager,Harbour\nhq@shop.example,HQ,head_office,\nx@shop.example,X,store_manager,Nowhere\n',
  'products.csv': 'sku,name,category,price,cost\nH-1,Hammer,Hand Tools,20,12.5\nN-9,Nails,Hardware,0.25,0.10\n',
  'customers.csv':
    'customer_id,store,first_name,last_name,email\n7,Harbour,Cy,Dale,cy@x.example\n7,Mill,Cy,Dale,cy@x.example\n8,Harbour,Di,Eve,cy@x.example\n',
  'orders.csv':
    'order_id,customer,store,order_date\nA,7,Harbour,2026-01-05 23:30\nB,7,Mill,2026-01-05T12:00:00Z\nC,9,Mill,2026-01-05\n',
  'order_items.csv':
    'order,sku,quantity,unit_price,discount_percent\nA,H-1,2,20,10\nB,N-9,100,0.25,\nA,H-1,-1,20,\nZ,H-1,1,20,\n',
  'inventory.csv': 'store,sku,stock,reorder_point\nHarbour,H-1,5,2\nMill,N-9,900,\n',
}

describe.for(engines)('data:import on the %s engine', (engine) => {
  let scratch: Scratch
  let folder: string

  beforeAll(async () => {
    scratch = await openScratch(engine)
  })
  afterAll(() => scratch.close())
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zava-import-'))
    await scratch.owner.run(
      ['order_items', 'orders', 'inventory', 'customers', 'products', 'product_types', 'categories']
        .map((table) => `delete from retail.${table}`)
        .concat(
          'delete from app.user_stores',
          'delete from retail.stores',
          "delete from app.users where email <> 'canary@zava.invalid'",
          'delete from app.data_changes',
        ),
      { readOnly: false },
    )
    return () => rm(folder, { recursive: true })
  })

  const rows = async (sql: string) => (await scratch.owner.run([sql]))[0] ?? []
  const start = (...args: string[]) => importData(scratch, args)

  it('takes a flat sales file: what is good is in, what is not is told with line, column and reason', async () => {
    const file = join(folder, 'till.csv')
    await writeFile(file, SALES)

    const { code, output } = await start(file, '--time-zone', 'America/Los_Angeles', '--by', 'tester')

    expect(code, output).toBe(0)
    expect(
      await rows(`select s.store_name, o.status, o.total_amount, to_char(o.order_date at time zone 'UTC', 'MM-DD HH24:MI') as at
                    from retail.orders o join retail.stores s using (store_id) order by o.order_date, o.status`),
    ).toEqual([
      { store_name: 'Harbour', status: 'completed', total_amount: '2041.50', at: '03-01 18:15' },
      { store_name: 'Hill', status: 'completed', total_amount: '1019.50', at: '03-02 17:00' },
      { store_name: 'Harbour', status: 'returned', total_amount: '1.00', at: '03-03 20:00' },
    ])
    expect(await rows('select sku, product_name from retail.products order by 1')).toEqual([
      { sku: 'H-1', product_name: 'Hammer, 16 oz' },
      { sku: 'N-9', product_name: 'Nails' },
    ])
    const rejects = (await readFile(join(folder, 'till.rejects.csv'), 'utf8')).split('\n')
    expect(rejects.slice(1, -1).map((line) => line.split(',').slice(0, 2).join(' '))).toEqual([
      '6 order_date',
      '7 quantity',
      '8 ',
      '9 sku',
    ])
    expect(
      await rows(`select changed_by, source, sum(rows_rejected)::int as rejected, sum(rows_added)::int as added
                         from app.data_changes group by 1, 2`),
    ).toEqual([{ changed_by: 'tester', source: 'till.csv', rejected: '4', added: '17' }])
  })

  it('takes a discount above the price for the whole price', async () => {
    const tables = {
      ...TABLES,
      'order_items.csv': 'order,sku,quantity,unit_price,discount\nB,N-9,4,0.25,3\nB,H-1,1,20,3\n',
    }
    for (const [name, text] of Object.entries(tables)) await writeFile(join(folder, name), text)

    await start(folder, '--yes')
    await start(folder, '--yes')

    expect(await rows('select discount_amount, total_amount from retail.order_items order by unit_price')).toEqual([
      { discount_amount: '1.00', total_amount: '0.00' },
      { discount_amount: '3.00', total_amount: '17.00' },
    ])
  })

  it('changes nothing the second time, compressed or not', async () => {
    await writeFile(join(folder, 'till.csv'), SALES)
    await writeFile(join(folder, 'till.csv.gz'), gzipSync(SALES))
    await start(join(folder, 'till.csv'))
    const before = await contents(rows)

    const { code } = await start(join(folder, 'till.csv.gz'))

    expect(code).toBe(0)
    expect(await contents(rows)).toEqual(before)
    const [latest] =
      await rows(`select sum(rows_added)::int as added, sum(rows_changed)::int as changed from app.data_changes
                                  where source = 'till.csv.gz'`)
    expect(latest).toEqual({ added: '0', changed: '0' })
  })

  it('takes a folder of tables in the order in which they need each other, keys of any text', async () => {
    for (const [name, text] of Object.entries(TABLES)) await writeFile(join(folder, name), text)

    const { code, output } = await start(folder)
    const [first] = await rows('select max(changed_at)::text as at from app.data_changes')
    const again = await start(folder)

    expect(code, output).toBe(0)
    expect(again.code, again.output).toBe(0)
    expect(
      await rows(`select s.store_name, o.status, o.total_amount, to_char(o.order_date at time zone 'UTC', 'MM-DD HH24:MI') as at
                    from retail.orders o join retail.stores s using (store_id) order by o.order_date, o.status`),
    ).toEqual([
      { store_name: 'Mill', status: 'completed', total_amount: '25.00', at: '01-05 12:00' },
      { store_name: 'Harbour', status: 'completed', total_amount: '36.00', at: '01-06 04:30' },
      { store_name: 'Harbour', status: 'returned', total_amount: '20.00', at: '01-06 04:30' },
    ])
    expect(await rows('select store_name from retail.stores order by 1')).toEqual([
      { store_name: 'Harbour' },
      { store_name: 'Mill' },
    ])
    expect(
      await rows(`select u.email, s.store_name, s.manager_id = u.user_id as is_manager from app.user_stores
                    join app.users u using (user_id) join retail.stores s using (store_id)`),
    ).toEqual([{ email: 'ann@shop.example', store_name: 'Harbour', is_manager: 't' }])
    expect(await rows('select count(*) as n from retail.customers')).toEqual([{ n: '2' }])
    expect(await rows('select count(*) as n from retail.inventory')).toEqual([{ n: '2' }])
    const changed = await rows(
      `select sum(rows_added + rows_changed)::int as n from app.data_changes where changed_at > '${first?.at}'`,
    )
    expect(changed).toEqual([{ n: '0' }])
  })

  it('lets those who were imported see their own store and no other', async () => {
    for (const [name, text] of Object.entries(TABLES)) await writeFile(join(folder, name), text)
    await start(folder)
    const [ann] = await rows("select user_id from app.users where email = 'ann@shop.example'")

    const [seen] = await scratch.as(String(ann?.user_id), 'select distinct store_name from retail.stores')
    const [orders] = await scratch.as(String(ann?.user_id), 'select count(*) as n from retail.orders')

    expect(seen).toEqual([{ store_name: 'Harbour' }])
    expect(orders).toEqual([{ n: '2' }])
  })

  it('reports without keeping anything in a dry run', async () => {
    await writeFile(join(folder, 'till.csv'), SALES)
    const before = await contents(rows)

    const { code, output } = await start(join(folder, 'till.csv'), '--dry-run')

    expect(code).toBe(0)
    expect(output).toMatch(/orders\s+3\s+0/)
    expect(output).toContain('Nothing was kept')
    expect(await contents(rows)).toEqual(before)
    expect(await rows('select * from app.data_changes')).toEqual([])
  })

  it('never half-loads a file that is broken', async () => {
    const broken = `${SALES}1008,2026-03-05,Harbour,Ann,"X-1,never closed,Hardware,1,1\r\n${'x,'.repeat(40_000)}`
    await writeFile(join(folder, 'till.csv'), broken)
    await writeFile(join(folder, 'cut.csv.gz'), gzipSync(SALES).subarray(0, 150))
    await writeFile(join(folder, 'latin.csv'), Buffer.from(SALES.replace('Nails', 'N\u00E4gel'), 'latin1'))
    const before = await contents(rows)

    const results = [
      await start(join(folder, 'till.csv')),
      await start(join(folder, 'cut.csv.gz')),
      await start(join(folder, 'latin.csv')),
    ]

    expect(results.map(({ code }) => code)).toEqual([1, 1, 1])
    expect(results[0]?.output).toContain('nothing of it was loaded')
    expect(results[1]?.output).toContain('nothing of it was loaded')
    expect(results[2]?.output).toContain('--encoding')
    expect(await contents(rows)).toEqual(before)
  })

  it('finds columns by a mapping, and lists what there is when one is missing', async () => {
    const other = 'Beleg;Tag;Filiale;Kunde;Artikel;Stueck;Preis\n1;05.03.2026;Mitte;K1;A-1;2;1.234,50\n'
    await writeFile(join(folder, 'kasse.csv'), other)
    const mapping = {
      order_id: 'Beleg',
      order_date: 'Tag',
      store: 'Filiale',
      customer: 'Kunde',
      sku: 'Artikel',
      quantity: 'Stueck',
      unit_price: 'Preis',
    }
    await writeFile(join(folder, 'mapping.json'), JSON.stringify(mapping))

    const lost = await start(join(folder, 'kasse.csv'))
    const found = await start(
      join(folder, 'kasse.csv'),
      '--mapping',
      join(folder, 'mapping.json'),
      '--dates',
      'dmy',
      '--decimal-comma',
      '--time-zone',
      'Europe/Berlin',
    )

    expect(lost.code).toBe(1)
    expect(lost.output).toContain('no column for order_id')
    expect(lost.output).toContain('Beleg, Tag, Filiale')
    expect(found.code, found.output).toBe(0)
    expect(
      await rows(
        `select total_amount, to_char(order_date at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as at from retail.orders`,
      ),
    ).toEqual([{ total_amount: '2469.00', at: '2026-03-04 23:00' }])
  })

  it('lets one import run at a time: of two at once one waits its turn or is refused, and the rows are those of one', async () => {
    await writeFile(join(folder, 'till.csv'), SALES)

    const both = await Promise.all([1, 2].map(() => startImport(scratch, [join(folder, 'till.csv')])))

    expect(both.some(({ code }) => code === 0)).toBe(true)
    for (const { code, output } of both) if (code !== 0) expect(output).toContain('Another import is under way')
    expect(await rows('select count(*) as n from retail.orders')).toEqual([{ n: '3' }])
    expect(await rows('select count(*) as n from retail.order_items')).toEqual([{ n: '4' }])
  })
})

type Rows = (sql: string) => Promise<readonly unknown[]>

/** Everything that an import writes, but for the trail and the time of writing. */
async function contents(rows: Rows) {
  const tables = ['stores', 'customers', 'products', 'inventory', 'orders', 'order_items']
  return Promise.all(
    tables.map((table) =>
      rows(`select md5(coalesce(string_agg(t::text, ',' order by t::text), '')) as all from retail.${table} t`),
    ),
  )
}
