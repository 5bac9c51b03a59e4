import { inTransaction, type OwnerClient, type OwnerPool } from '../../sql/connect.ts'
import { AdvisedError } from '../terminal/advised-error.ts'
import { ArgumentError } from '../terminal/arguments.ts'

/** What an operator wants turned; `show` turns nothing. */
export type SwitchAct =
  | { readonly kind: 'show' }
  | { readonly kind: 'free-sql'; readonly isOn: boolean }
  | { readonly kind: 'user'; readonly userId: string; readonly isIn: boolean }
  | { readonly kind: 'embeddings-ceiling'; readonly dollars: string | undefined }

const USAGE = 'free-sql off|on, user <id> out|in, embeddings-ceiling <US dollars a day>|off'
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** A session asks the database at least so often whether what it has kept may still be given. */
const REPEATED = 'A session may repeat what it has just answered for half a minute.'

/** Reads the words of the command line. Throws `ArgumentError` that says what there is. */
export function readSwitchAct([name, one, two, ...rest]: readonly string[]): SwitchAct {
  if (name === undefined) return { kind: 'show' }
  if (name === 'free-sql' && (one === 'on' || one === 'off') && two === undefined) {
    return { kind: 'free-sql', isOn: one === 'on' }
  }
  if (name === 'user' && UUID.test(one ?? '') && (two === 'out' || two === 'in') && rest.length === 0) {
    return { kind: 'user', userId: (one ?? '').toLowerCase(), isIn: two === 'in' }
  }
  if (name === 'embeddings-ceiling' && /^(off|\d{1,6}(\.\d{1,6})?)$/.test(one ?? '') && two === undefined) {
    return { kind: 'embeddings-ceiling', dollars: one === 'off' ? undefined : one }
  }
  throw new ArgumentError(`That is not understood; there are: ${USAGE}.`)
}

/** Turns it, in one transaction, and returns a sentence on what holds now. Throws `AdvisedError` for a user who is not there. */
export function turn(pool: OwnerPool, act: SwitchAct): Promise<string> {
  return inTransaction(pool, (client) => {
    switch (act.kind) {
      case 'show':
        return show(client)
      case 'free-sql':
        return turnFreeSql(client, act.isOn)
      case 'user':
        return turnUser(client, act.userId, act.isIn)
      case 'embeddings-ceiling':
        return setCeiling(client, act.dollars)
    }
  })
}

async function show(client: OwnerClient): Promise<string> {
  const { rows } = await client.query(
    `select name, is_on, amount::text, changed_by, to_char(changed_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as changed_at
       from app.switches order by name desc limit 10`,
  )
  const { rows: out } = await client.query(
    'select user_id, display_name from app.users where disabled_at is not null order by display_name, user_id limit 100',
  )
  const switches = rows.map(({ name, is_on, amount, changed_by, changed_at }) => {
    const state = name === 'free_sql' ? (is_on ? 'open' : 'closed') : is_on ? `US$ ${amount} a day` : 'none'
    return `${String(name).replaceAll('_', ' ')}: ${state} (since ${changed_at} UTC, by ${changed_by})`
  })
  const users = out.map(({ user_id, display_name }) => `  ${user_id}  ${display_name}`)
  return [...switches, users.length === 0 ? 'users out: none' : 'users out:', ...users].join('\n')
}

async function turnFreeSql(client: OwnerClient, isOn: boolean): Promise<string> {
  await client.query(
    `update app.switches set is_on = $1, changed_at = now(), changed_by = session_user where name = 'free_sql'`,
    [isOn],
  )
  // What free SQL has read before must not be served from what sessions keep.
  await client.query('select app.forget_kept_answers()')
  return isOn
    ? 'Free SQL is open again for whoever has the permission retail:sql.'
    : `Free SQL is closed for everybody, from their next question on. Reports still answer. ${REPEATED}`
}

async function turnUser(client: OwnerClient, userId: string, isIn: boolean): Promise<string> {
  const { rows } = await client.query(
    `update app.users set disabled_at = case when $2 then null else coalesce(disabled_at, now()) end
      where user_id = $1 returning display_name`,
    [userId, isIn],
  )
  const [user] = rows
  if (user === undefined) {
    throw new AdvisedError(
      `There is no user ${userId}. Nothing was changed.`,
      'See who there is: npm run users -- list',
    )
  }
  return isIn
    ? `${user.display_name} may ask again.`
    : `${user.display_name} is out: their next question is refused, whatever token they hold. ${REPEATED}`
}

async function setCeiling(client: OwnerClient, dollars: string | undefined): Promise<string> {
  await client.query(
    `update app.switches set is_on = $1, amount = $2, changed_at = now(), changed_by = session_user
      where name = 'embeddings_ceiling'`,
    [dollars !== undefined, dollars ?? null],
  )
  return dollars === undefined
    ? 'Embeddings have no ceiling any more.'
    : `Embeddings may cost US$ ${dollars} a day (UTC). Above that, searches go by words alone and say so.`
}
