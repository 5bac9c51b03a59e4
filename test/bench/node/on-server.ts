import { randomBytes } from 'node:crypto'
import type { DemoSize } from '../../../dev/demo/size.ts'
import { openOwnerPool } from '../../../sql/connect.ts'
import { type OwnDatabase, startOwnServerDatabase } from '../../proof/node/own-database.ts'

/** Roles belong to the whole server, and several databases of a run are in use at once. */
const password = randomBytes(16).toString('hex')

/** Starts one of the run's databases on the server Postgres whose superuser's URL is given. */
export function startOnServer(url: string, size: DemoSize): Promise<OwnDatabase> {
  return startOwnServerDatabase({ url, size, password })
}

/**
 * Does at once what a server does of itself at some moment after a load, or it would fall into what is measured: the planner's
 * statistics and the pages' visibility.
 */
export async function settleTables({ ownerUrl }: OwnDatabase): Promise<void> {
  const pool = openOwnerPool(ownerUrl)
  try {
    const client = await pool.connect()
    await client.query('vacuum (analyze)')
    client.release()
  } finally {
    await pool.end()
  }
}
