/** The retail tables as the query generator knows them: typed columns, keys, and the ways from one to another. */

/** Kinds of value; each is exact, so that an answer does not depend on the order in which rows were read. */
export type Kind = 'uuid' | 'text' | 'money' | 'int' | 'time' | 'date' | 'flag'

export interface Table {
  readonly name: string
  readonly key: readonly string[]
  readonly columns: Readonly<Record<string, Kind>>
}

const stamps = { created_at: 'time', updated_at: 'time' } as const

const list = {
  stores: {
    key: ['store_id'],
    columns: {
      store_id: 'uuid',
      store_name: 'text',
      location: 'text',
      region: 'text',
      manager_id: 'uuid',
      is_online: 'flag',
      time_zone: 'text',
      opened_on: 'date',
      ...stamps,
    },
  },
  customers: {
    key: ['customer_id'],
    columns: {
      customer_id: 'uuid',
      store_id: 'uuid',
      first_name: 'text',
      last_name: 'text',
      email: 'text',
      phone: 'text',
      ...stamps,
    },
  },
  categories: { key: ['category_id'], columns: { category_id: 'uuid', category_name: 'text', ...stamps } },
  product_types: {
    key: ['type_id'],
    columns: { type_id: 'uuid', category_id: 'uuid', type_name: 'text', ...stamps },
  },
  products: {
    key: ['product_id'],
    columns: {
      product_id: 'uuid',
      sku: 'text',
      product_name: 'text',
      category_id: 'uuid',
      type_id: 'uuid',
      cost: 'money',
      base_price: 'money',
      gross_margin_percent: 'money',
      product_description: 'text',
      discontinued_at: 'time',
      ...stamps,
    },
  },
  product_description_embeddings: {
    key: ['product_id'],
    columns: { product_id: 'uuid', model: 'text', content_hash: 'text', last_updated: 'time' },
  },
  inventory: {
    key: ['store_id', 'product_id'],
    columns: { store_id: 'uuid', product_id: 'uuid', stock_level: 'int', reorder_point: 'int', ...stamps },
  },
  orders: {
    key: ['order_id'],
    columns: {
      order_id: 'uuid',
      customer_id: 'uuid',
      store_id: 'uuid',
      order_date: 'time',
      status: 'text',
      total_amount: 'money',
      ...stamps,
    },
  },
  order_items: {
    key: ['order_item_id'],
    columns: {
      order_item_id: 'uuid',
      order_id: 'uuid',
      store_id: 'uuid',
      product_id: 'uuid',
      quantity: 'int',
      unit_price: 'money',
      discount_percent: 'money',
      discount_amount: 'money',
      total_amount: 'money',
      ...stamps,
    },
  },
} as const

export type TableName = keyof typeof list

export const tables: readonly Table[] = Object.entries(list).map(([name, { key, columns }]) => ({ name, key, columns }))

/** Half of all queries begin where row security works. */
export const tenantTables: readonly Table[] = tables.filter(({ columns }) => 'store_id' in columns)

export function getTable(name: string): Table {
  const table = tables.find((one) => one.name === name)
  if (table === undefined) throw new Error(`no table ${name}`)
  return table
}

/** Many rows of `child` belong to one of `parent`. */
export interface Link {
  readonly child: TableName
  readonly parent: TableName
  /** Columns that are equal; some links leave the store out, as careless queries do. */
  readonly on: readonly (readonly [child: string, parent: string])[]
  /** Several parents over several stores; where row security fails, such a join multiplies. */
  readonly isLoose: boolean
}

export const links: readonly Link[] = [
  link('product_types', 'categories', 'category_id'),
  link('products', 'product_types', 'category_id', 'type_id'),
  link('products', 'categories', 'category_id'),
  link('product_description_embeddings', 'products', 'product_id'),
  link('customers', 'stores', 'store_id'),
  link('inventory', 'stores', 'store_id'),
  link('inventory', 'products', 'product_id'),
  link('orders', 'stores', 'store_id'),
  link('orders', 'customers', 'store_id', 'customer_id'),
  link('orders', 'customers', 'customer_id'),
  link('order_items', 'stores', 'store_id'),
  link('order_items', 'orders', 'store_id', 'order_id'),
  link('order_items', 'orders', 'order_id'),
  link('order_items', 'products', 'product_id'),
  link('order_items', 'inventory', 'store_id', 'product_id'),
  { ...link('order_items', 'inventory', 'product_id'), isLoose: true },
]

function link(child: TableName, parent: TableName, ...columns: string[]): Link {
  return { child, parent, on: columns.map((column) => [column, column] as const), isLoose: false }
}
