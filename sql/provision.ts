import { inTransaction, type OwnerPool } from './connect.ts'

/** What the Worker will use to log in and to sign contexts. */
export interface ServiceCredentials {
  readonly password: string
  readonly keyId: string
  /** At least 32 bytes, hex. */
  readonly keyHex: string
}

/** Gives the service role its password and tells the database the Worker's signing key; safe to repeat. */
export async function provisionService(pool: OwnerPool, credentials: ServiceCredentials): Promise<void> {
  await inTransaction(pool, async (client) => {
    const { rows } = await client.query("select format('alter role zava_mcp password %L', $1::text) as statement", [
      credentials.password,
    ])
    await client.query(String(rows[0]?.statement))
    await client.query("select tenancy.add_key($1, 'worker', decode($2, 'hex'))", [
      credentials.keyId,
      credentials.keyHex,
    ])
  })
}
