import { inTransaction, type OwnerClient, type OwnerPool } from '../sql/connect.ts'
import { AdvisedError } from './terminal/advised-error.ts'

export const ROLES = ['store_manager', 'regional_manager', 'head_office'] as const
export type Role = (typeof ROLES)[number]

/** Made by the migrations, for readiness checks; not a person. */
const CANARY = 'canary@zava.invalid'

/** A user as an operator sees them. */
export interface UserRecord {
  readonly email: string
  readonly displayName: string
  readonly role: Role
  readonly stores: readonly string[]
  readonly identities: readonly string[]
  readonly isDisabled: boolean
}

export interface NewUser {
  readonly email: string
  readonly displayName: string
  readonly role: Role
  readonly stores: readonly string[]
}

/** What is to be different; absent stays as it is. `stores` replaces the whole list. */
export interface UserChange {
  readonly displayName?: string | undefined
  readonly email?: string | undefined
  readonly role?: Role | undefined
  readonly stores?: readonly string[] | undefined
  readonly isDisabled?: boolean | undefined
  /** Under which issuer and subject they sign in, besides what is known. */
  readonly identity?: { readonly issuer: string; readonly subject: string } | undefined
}

/** Lists everybody by name; with `email` that one. */
export async function listUsers(pool: OwnerPool, email?: string): Promise<UserRecord[]> {
  const client = await pool.connect()
  try {
    const { rows } = await client.query(
      `select u.email, u.display_name, u.role, u.disabled_at is not null as is_disabled,
              array(select s.store_name from app.user_stores m join retail.stores s using (store_id)
                     where m.user_id = u.user_id order by s.store_name) as stores,
              array(select i.subject || ' at ' || i.issuer from app.identities i
                     where i.user_id = u.user_id order by 1) as identities
         from app.users u where u.email <> $1 and ($2::text is null or u.email = $2)
        order by u.display_name, u.email`,
      [CANARY, email?.toLowerCase() ?? null],
    )
    return rows.map((row) => ({
      email: String(row.email),
      displayName: String(row.display_name),
      role: row.role as Role,
      stores: row.stores as string[],
      identities: row.identities as string[],
      isDisabled: row.is_disabled === true,
    }))
  } finally {
    client.release()
  }
}

/** Adds a user. Throws `AdvisedError` when the email is taken or a store is not known. */
export async function addUser(pool: OwnerPool, user: NewUser): Promise<void> {
  requireFittingStores(user.role, user.stores)
  await inTransaction(pool, async (client) => {
    const { rows } = await client.query(
      `insert into app.users (email, display_name, role) values ($1, $2, $3)
       on conflict (email) do nothing returning user_id`,
      [user.email.toLowerCase(), user.displayName, user.role],
    )
    const userId = rows[0]?.user_id
    if (userId === undefined) {
      throw new AdvisedError(`${user.email} is a user already.`, `Change them: npm run users -- change ${user.email}`)
    }
    await setStores(client, String(userId), user.stores)
  })
}

/** Changes a user; it counts at their next question that reaches the database. Throws `AdvisedError` for what cannot be. */
export async function changeUser(pool: OwnerPool, email: string, change: UserChange): Promise<void> {
  await inTransaction(pool, async (client) => {
    const { rows } = await client.query('select user_id, role from app.users where email = $1 for update', [
      email.toLowerCase(),
    ])
    const [known] = rows
    if (known === undefined || email.toLowerCase() === CANARY) {
      throw new AdvisedError(`There is no user ${email}.`, 'See who there is: npm run users -- list')
    }
    const role = change.role ?? (known.role as Role)
    if (change.stores !== undefined) requireFittingStores(role, change.stores)
    await client.query(
      `update app.users set role = $2, display_name = coalesce($3, display_name), email = coalesce($4, email),
              disabled_at = case when $5::boolean is null then disabled_at when $5 then coalesce(disabled_at, now()) end
        where user_id = $1`,
      [known.user_id, role, change.displayName ?? null, change.email?.toLowerCase() ?? null, change.isDisabled ?? null],
    )
    if (change.stores !== undefined) await setStores(client, String(known.user_id), change.stores)
    if (change.identity !== undefined) await link(client, String(known.user_id), change.identity)
  })
}

async function setStores(client: OwnerClient, userId: string, names: readonly string[]): Promise<void> {
  const { rows } = await client.query(
    `select s.store_id, s.store_name from retail.stores s
      where lower(s.store_name) = any ($1) or lower(regexp_replace(s.store_name, '^.* ', '')) = any ($1)`,
    [names.map((name) => name.toLowerCase())],
  )
  const found = (name: string) =>
    rows.filter(({ store_name }) => {
      const full = String(store_name).toLowerCase()
      return full === name.toLowerCase() || full.split(' ').at(-1) === name.toLowerCase()
    })
  const unclear = names.find((name) => found(name).length !== 1)
  if (unclear !== undefined) {
    throw new AdvisedError(
      found(unclear).length === 0 ? `There is no store "${unclear}".` : `More than one store ends with "${unclear}".`,
      'Name stores as they are called, in full or by their last word.',
    )
  }
  const ids = names.map((name) => found(name)[0]?.store_id)
  await client.query('delete from app.user_stores where user_id = $1 and store_id <> all ($2::uuid[])', [userId, ids])
  await client.query(
    'insert into app.user_stores (user_id, store_id) select $1, unnest($2::uuid[]) on conflict do nothing',
    [userId, ids],
  )
}

async function link(client: OwnerClient, userId: string, { issuer, subject }: { issuer: string; subject: string }) {
  const { rows } = await client.query(
    `insert into app.identities (issuer, subject, user_id) values ($1, $2, $3)
     on conflict (issuer, subject) do update set user_id = app.identities.user_id returning user_id`,
    [issuer, subject, userId],
  )
  if (rows[0]?.user_id === userId) return
  throw new AdvisedError(`Somebody else signs in as ${subject} at ${issuer}.`, 'See who: npm run users -- list')
}

function requireFittingStores(role: Role, stores: readonly string[]): void {
  if (role === 'head_office' && stores.length > 0) {
    throw new AdvisedError('Head office sees every store, without a list.', 'Leave --stores out.')
  }
  if (role === 'store_manager' && stores.length !== 1) {
    throw new AdvisedError('A store manager has exactly one store.', 'Name it: --stores Seattle')
  }
  if (role === 'regional_manager' && stores.length === 0) {
    throw new AdvisedError('A regional manager has stores.', 'Name them: --stores "Seattle, Tacoma"')
  }
}
