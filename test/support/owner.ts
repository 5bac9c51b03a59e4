import { neon, neonConfig } from '@neondatabase/serverless'
import { bindings } from './edge.ts'

/** Gives a user one membership more and takes it away again, as an operator might: the version has grown twice. */
export async function changeMembership(userId: string): Promise<void> {
  const [engine] = bindings.TEST_ENGINES
  if (engine === undefined) throw new Error('no engine')
  neonConfig.fetchEndpoint = engine.endpoint
  const sql = neon(engine.ownerUrl)
  const [extra] = await sql`select store_id from retail.stores
    where store_id not in (select store_id from app.user_stores where user_id = ${userId}) order by store_id limit 1`
  await sql`insert into app.user_stores (user_id, store_id) values (${userId}, ${extra?.store_id})`
  await sql`delete from app.user_stores where user_id = ${userId} and store_id = ${extra?.store_id}`
}

/** Reads rows as the database's owner, who sees every store; values are Postgres' own text. For the truth. */
export async function readAsOwner(
  text: string,
  values: readonly unknown[] = [],
): Promise<Record<string, string | null>[]> {
  const [engine] = bindings.TEST_ENGINES
  if (engine === undefined) throw new Error('no engine')
  neonConfig.fetchEndpoint = engine.endpoint
  const types = { getTypeParser: () => (value: string) => value }
  return (await neon(engine.ownerUrl).query(text, [...values], { types })) as Record<string, string | null>[]
}

/** Disables a user, as an operator might; returns what enables them again. */
export async function disableUser(userId: string): Promise<() => Promise<void>> {
  const sql = ownerSql()
  await sql`update app.users set disabled_at = now() where user_id = ${userId}`
  return async () => {
    await sql`update app.users set disabled_at = null where user_id = ${userId}`
  }
}

/** Makes a user the manager of one store and of no other, as an operator might; returns what gives back what they were. */
export async function demoteUser(userId: string, storeName: string): Promise<() => Promise<void>> {
  const sql = ownerSql()
  const [user] = await sql`select role from app.users where user_id = ${userId}`
  const stores = await sql`select store_id from app.user_stores where user_id = ${userId}`
  await sql`delete from app.user_stores where user_id = ${userId}`
  await sql`update app.users set role = 'store_manager' where user_id = ${userId}`
  await sql`insert into app.user_stores (user_id, store_id)
    select ${userId}, store_id from retail.stores where store_name = ${storeName}`
  return async () => {
    await sql`delete from app.user_stores where user_id = ${userId}`
    await sql`update app.users set role = ${user?.role} where user_id = ${userId}`
    for (const { store_id } of stores) await sql`insert into app.user_stores values (${userId}, ${store_id})`
  }
}

/** Links an issuer's subject to a user; returns what takes the link away again. */
export async function linkIdentity(issuer: string, subject: string, userId: string): Promise<() => Promise<void>> {
  const sql = ownerSql()
  await sql`insert into app.identities (issuer, subject, user_id) values (${issuer}, ${subject}, ${userId})`
  return async () => {
    await sql`delete from app.identities where issuer = ${issuer} and subject = ${subject}`
  }
}

function ownerSql() {
  const [engine] = bindings.TEST_ENGINES
  if (engine === undefined) throw new Error('no engine')
  neonConfig.fetchEndpoint = engine.endpoint
  return neon(engine.ownerUrl)
}
