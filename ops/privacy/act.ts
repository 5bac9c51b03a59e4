import { inTransaction, type OwnerClient, type OwnerPool } from '../../sql/connect.ts'
import { AdvisedError } from '../terminal/advised-error.ts'
import { ArgumentError } from '../terminal/arguments.ts'

/** Columns that an operator may close, by the word for them. The grants are the truth: guard, schema tool and reports follow them. */
const COLUMNS = {
  contacts: {
    table: 'retail.customers',
    columns: ['email', 'phone'],
    shown: 'E-mail addresses and phone numbers of customers',
  },
  cost: { table: 'retail.products', columns: ['cost', 'gross_margin_percent'], shown: 'Cost and margin of products' },
} as const

type Word = keyof typeof COLUMNS

/** What an operator wants closed, opened or erased; `show` does nothing. */
export type PrivacyAct =
  | { readonly kind: 'show' }
  | { readonly kind: 'columns'; readonly word: Word; readonly isOpen: boolean }
  | { readonly kind: 'erase-customer'; readonly customerId: string }

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Reads the words of the command line. Throws `ArgumentError` that says what there is. */
export function readPrivacyAct([name, value, ...rest]: readonly string[]): PrivacyAct {
  if (name === undefined) return { kind: 'show' }
  if ((name === 'contacts' || name === 'cost') && (value === 'on' || value === 'off') && rest.length === 0) {
    return { kind: 'columns', word: name, isOpen: value === 'on' }
  }
  if (name === 'erase-customer' && UUID.test(value ?? '') && rest.length === 0) {
    return { kind: 'erase-customer', customerId: (value ?? '').toLowerCase() }
  }
  throw new ArgumentError('That is not understood; there are: contacts off|on, cost off|on, erase-customer <id>.')
}

/** Does it, in one transaction, and returns what was done in words. Throws `AdvisedError` for a customer who is not there. */
export function protect(pool: OwnerPool, act: PrivacyAct): Promise<string> {
  return inTransaction(pool, async (client) => {
    switch (act.kind) {
      case 'show':
        return show(client)
      case 'columns':
        return setColumns(client, act.word, act.isOpen)
      case 'erase-customer':
        return eraseCustomer(client, act.customerId)
    }
  })
}

async function show(client: OwnerClient): Promise<string> {
  const lines: string[] = []
  for (const [word, { table, columns, shown }] of Object.entries(COLUMNS)) {
    const { rows } = await client.query(
      `select bool_and(has_column_privilege('zava_mcp', $1, c, 'select')) as is_open from unnest($2::text[]) c`,
      [table, columns],
    )
    lines.push(`${word}: ${rows[0]?.is_open === true ? 'open' : 'closed'} (${shown.toLowerCase()})`)
  }
  return lines.join('\n')
}

async function setColumns(client: OwnerClient, word: Word, isOpen: boolean): Promise<string> {
  const { table, columns, shown } = COLUMNS[word]
  // Names of ours, from the list above.
  const list = columns.join(', ')
  await client.query(
    isOpen ? `grant select (${list}) on ${table} to zava_mcp` : `revoke select (${list}) on ${table} from zava_mcp`,
  )
  await client.query('select app.forget_kept_answers()')
  return isOpen
    ? `${shown} are open to managers again, from their next question on.`
    : `${shown} are closed to everybody, from their next question on; a session may repeat what it has just answered for half a minute.`
}

/** Takes away what tells who somebody is, and keeps the orders: sales of the past do not change. */
async function eraseCustomer(client: OwnerClient, customerId: string): Promise<string> {
  const { rows } = await client.query(
    `select c.email, s.store_name, (select count(*) from retail.orders o
              where o.store_id = c.store_id and o.customer_id = c.customer_id)::int as orders
       from retail.customers c join retail.stores s using (store_id) where c.customer_id = $1 for update of c`,
    [customerId],
  )
  const [customer] = rows
  if (customer === undefined) {
    throw new AdvisedError(
      `There is no customer ${customerId}. Nothing was changed.`,
      'Customer ids are in retail.customers.',
    )
  }
  const { rows: others } = await client.query(
    'select customer_id from retail.customers where email = $1 and customer_id <> $2 order by customer_id limit 100',
    [customer.email, customerId],
  )
  await client.query(
    `update retail.customers set first_name = 'Erased', last_name = 'Customer', email = null, phone = null where customer_id = $1`,
    [customerId],
  )
  await client.query(
    `insert into app.data_changes (changed_by, source, table_name, rows_changed) values (session_user, $1, 'customers', 1)`,
    [`privacy erase-customer ${customerId}`],
  )
  await client.query('select app.forget_kept_answers()')
  return [
    `Erased: name, e-mail and phone of customer ${customerId} at ${customer.store_name}.`,
    `Kept, without a person: ${customer.orders} order${customer.orders === 1 ? '' : 's'}.`,
    ...(others.length === 0
      ? []
      : ['The same e-mail address stands at other stores; erase those too if it is the same person:']),
    ...others.map(({ customer_id }) => `  npm run privacy -- erase-customer ${customer_id}`),
  ].join('\n')
}
