import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { type OwnerPool, openOwnerPool } from '../../../sql/connect.ts'
import { provisionService } from '../../../sql/provision.ts'
import { MIGRATED, openShelf, startCopy, startEmpty } from '../../support/node/shelves.ts'
import { readStack } from '../../support/stack-variables.ts'
import { type Door, enter, type Loot, loot, openDoor, type Row, type Statement, signToken } from '../../wall/door.ts'

/**
 * A database of a test's own, for what must not happen to the one that all tests share: broken walls, changed rights,
 * stores and users that come and go.
 */
export interface Scratch {
  readonly engine: string
  readonly endpoint: string
  readonly ownerUrl: string
  readonly serviceUrl: string
  readonly key: { readonly id: string; readonly hex: string }
  readonly service: Door
  readonly owner: Door
  readonly superuser: Door
  /** Enters as a user and returns the rows of each statement after that. */
  as(userId: string, ...statements: readonly Statement[]): Promise<Row[][]>
  /** The same for what may fail. */
  attackAs(userId: string, ...statements: readonly Statement[]): Promise<Loot>
  openPool(): OwnerPool
  close(): Promise<void>
}

const SERVER_URL = process.env.TEST_SERVER_POSTGRES_URL

/** Engines that a scratch database can be had on. */
export const engines: readonly string[] = ['embedded', ...(SERVER_URL === undefined ? [] : ['server'])]

/** Starts an empty database, migrated unless told otherwise; one that is not brief takes longer to start and works faster. */
export async function openScratch(engine: string, { migrated = true, isBrief = true } = {}): Promise<Scratch> {
  const shelf = openShelf(engine, process.env)
  const database = migrated ? await startCopy(shelf, MIGRATED, { isBrief }) : await startEmpty(shelf)
  const key = { id: 'w1', hex: randomBytes(32).toString('hex') }
  // Roles belong to the whole server, so its service keeps the password that the other tests log in with.
  const password = engine === 'server' ? servicePasswordOf(engine) : randomBytes(16).toString('hex')
  const serviceUrl = new URL(database.ownerUrl)
  serviceUrl.username = 'zava_mcp'
  serviceUrl.password = password
  // The driver's endpoint is one setting for the whole process; with this host, every door of the process means the same.
  serviceUrl.host = new URL(database.endpoint).host
  const service = openDoor(serviceUrl.href, database.endpoint)
  const openPool = () =>
    engine === 'server' ? openOwnerPool(database.ownerUrl) : openOwnerPool(database.ownerUrl, database.endpoint)

  if (migrated) {
    const pool = openPool()
    await oneAtATime(engine, () => provisionService(pool, { password, keyId: key.id, keyHex: key.hex }))
    await pool.end()
  }
  const enterAs = async (userId: string) => enter(await signToken({ userId, keyHex: key.hex }))
  return {
    engine,
    endpoint: database.endpoint,
    ownerUrl: database.ownerUrl,
    serviceUrl: serviceUrl.href,
    key,
    service,
    owner: openDoor(database.ownerUrl, database.endpoint),
    superuser: openDoor(database.superuserUrl, database.endpoint),
    as: async (userId, ...statements) => (await service.run([await enterAs(userId), ...statements])).slice(1),
    attackAs: async (userId, ...statements) => loot(service, [await enterAs(userId), ...statements]),
    openPool,
    close: () => database.stop(),
  }
}

/** Rows of a small world: two stores with a manager each, a regional manager without stores, head office. */
export const world = {
  seattle: '10000000-0000-4000-8000-000000000001',
  redmond: '10000000-0000-4000-8000-000000000002',
  seattleManager: '20000000-0000-4000-8000-000000000001',
  redmondManager: '20000000-0000-4000-8000-000000000002',
  regional: '20000000-0000-4000-8000-000000000003',
  headOffice: '20000000-0000-4000-8000-000000000004',
  product: '30000000-0000-4000-8000-000000000001',
} as const

/** Fills a scratch database with the small world: every table has a row of each store. */
export async function settle({ owner }: Scratch): Promise<void> {
  const { seattle, redmond, seattleManager, redmondManager, regional, headOffice, product } = world
  await owner.run(
    [
      `insert into app.users (user_id, email, display_name, role) values
         ('${seattleManager}', 's@x.example', 'S', 'store_manager'), ('${redmondManager}', 'r@x.example', 'R', 'store_manager'),
         ('${regional}', 'g@x.example', 'G', 'regional_manager'), ('${headOffice}', 'h@x.example', 'H', 'head_office')`,
      ...[
        { id: seattle, name: 'Seattle', manager: seattleManager },
        { id: redmond, name: 'Redmond', manager: redmondManager },
      ].map(({ id, name, manager }) => openStore(id, name, manager)),
      `insert into app.user_stores (user_id, store_id) values ('${seattleManager}', '${seattle}'), ('${redmondManager}', '${redmond}')`,
      `insert into retail.categories (category_id, category_name) values ('${product}', 'Paint')`,
      `insert into retail.product_types (type_id, category_id, type_name) values ('${product}', '${product}', 'Brushes')`,
      `insert into retail.products (product_id, sku, product_name, category_id, type_id, cost, base_price, product_description)
         values ('${product}', 'P1', 'Brush', '${product}', '${product}', 1, 2, 'A brush')`,
      `insert into retail.customers (customer_id, store_id, first_name, last_name, email)
         select store_id, store_id, 'First', store_name, lower(store_name) || '@x.example' from retail.stores`,
      `insert into retail.inventory (store_id, product_id, stock_level) select store_id, '${product}', 5 from retail.stores`,
      `insert into retail.orders (order_id, customer_id, store_id, order_date, status, total_amount)
         select store_id, store_id, store_id, '2026-01-02', 'completed', 10 from retail.stores`,
      `insert into retail.order_items (order_item_id, order_id, store_id, product_id, quantity, unit_price, total_amount)
         select store_id, store_id, store_id, '${product}', 1, 10, 10 from retail.stores`,
    ],
    { readOnly: false },
  )
}

export function openStore(id: string, name: string, managerId: string): string {
  return `insert into retail.stores (store_id, store_name, location, region, manager_id, opened_on)
          values ('${id}', '${name}', 'Here', 'North', '${managerId}', '2020-01-01')`
}

function servicePasswordOf(engine: string): string {
  const found = readStack(process.env).engines.find(({ name }) => name === engine)
  return new URL(found?.serviceUrl ?? 'postgresql://:@none').password
}

/** The service's login belongs to the whole server: of two that give it its password at once, Postgres refuses one. */
async function oneAtATime<T>(engine: string, work: () => Promise<T>): Promise<T> {
  if (engine !== 'server') return work()
  const client = new pg.Client({ connectionString: SERVER_URL })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock(7202611)')
    return await work()
  } finally {
    await client.end()
  }
}
