import { createHash } from 'node:crypto'
import { embeddingText } from '../../src/search/product-text.ts'
import { embedLexically, LEXICAL_MODEL } from '../embeddings/lexical.ts'
import { categories, categoryId, products, typeId } from './catalogue/index.ts'
import { copyLine, money, type TableText } from './copy-text.ts'
import { people } from './people.ts'
import { stores, TIME_ZONE } from './stores.ts'

/** When everything was set up that is older than the first order. */
const SET_UP_AT = '2020-01-01T08:00:00Z'
const stamps = ['created_at', 'updated_at']
const set = [SET_UP_AT, SET_UP_AT] as const

/** People, stores and the catalogue as of a moment (ISO text), in an order that satisfies the foreign keys. */
export function referenceTables(nowText: string): TableText[] {
  return [
    {
      table: 'app.users',
      columns: ['user_id', 'email', 'display_name', 'role', ...stamps],
      rows: people.map((one) => copyLine(one.userId, one.email, one.displayName, one.role, ...set)),
    },
    {
      table: 'retail.stores',
      columns: [
        'store_id',
        'store_name',
        'location',
        'region',
        'manager_id',
        'is_online',
        'time_zone',
        'opened_on',
        ...stamps,
      ],
      rows: stores.map((one) =>
        copyLine(
          one.id,
          one.name,
          one.location,
          one.region,
          managerOf(one.key),
          one.isOnline,
          TIME_ZONE,
          one.openedOn,
          ...set,
        ),
      ),
    },
    {
      table: 'app.user_stores',
      columns: ['user_id', 'store_id', 'created_at'],
      rows: people.flatMap((one) =>
        stores.filter(({ key }) => one.storeKeys.includes(key)).map(({ id }) => copyLine(one.userId, id, SET_UP_AT)),
      ),
    },
    {
      table: 'retail.categories',
      columns: ['category_id', 'category_name', ...stamps],
      rows: categories.map(({ name }) => copyLine(categoryId(name), name, ...set)),
    },
    {
      table: 'retail.product_types',
      columns: ['type_id', 'category_id', 'type_name', ...stamps],
      rows: categories.flatMap((category) =>
        category.types.map(({ name }) =>
          copyLine(typeId(category.name, name), categoryId(category.name), name, ...set),
        ),
      ),
    },
    productTable(nowText),
    embeddingTable(),
  ]
}

/** The moment a product left the range, or null when it has not by `nowText`. */
export function discontinuedAt(discontinuedOn: string | null, nowText: string): string | null {
  const instant = `${discontinuedOn}T23:59:59Z`
  return discontinuedOn !== null && instant <= nowText ? instant : null
}

function productTable(nowText: string): TableText {
  return {
    table: 'retail.products',
    columns: [
      'product_id',
      'sku',
      'product_name',
      'category_id',
      'type_id',
      'cost',
      'base_price',
      'product_description',
      'discontinued_at',
      ...stamps,
    ],
    rows: products.map((one) => {
      const gone = discontinuedAt(one.discontinuedOn, nowText)
      const price = [money(one.costCents), money(one.priceCents)] as const
      return copyLine(
        one.id,
        one.sku,
        one.name,
        one.categoryId,
        one.typeId,
        ...price,
        one.description,
        gone,
        SET_UP_AT,
        gone ?? SET_UP_AT,
      )
    }),
  }
}

function embeddingTable(): TableText {
  return {
    table: 'retail.product_description_embeddings',
    columns: ['product_id', 'description_embedding', 'model', 'content_hash', 'last_updated'],
    rows: products.map(({ id, name, typeName, categoryName, description }) => {
      const text = embeddingText({ name, type: typeName, category: categoryName, description })
      const vector = `[${Array.from(embedLexically(text), (x) => (x === 0 ? '0' : x.toPrecision(6))).join(',')}]`
      return copyLine(id, vector, LEXICAL_MODEL, createHash('sha256').update(text).digest('hex'), SET_UP_AT)
    }),
  }
}

function managerOf(storeKey: string): string {
  return people.find(({ role, key }) => role === 'store_manager' && key === storeKey)?.userId ?? ''
}
