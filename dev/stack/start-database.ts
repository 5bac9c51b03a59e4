import { setTimeout as delay } from 'node:timers/promises'
import { DataFolderInUseError } from '../neon/errors.ts'
import { type LocalDatabase, startLocalDatabase } from '../neon/local-database.ts'
import { startServerDatabase } from '../neon/server-database.ts'
import type { DataFolder } from './data-folder.ts'
import { type Part, untilProcessEnds } from './parts.ts'

const RELEASED_WITHIN_MS = 4_000

/** A database of the stack, not yet prepared. */
export interface StackDatabase {
  readonly database: LocalDatabase
  /** Name behind the endpoint. */
  readonly name: string
  readonly part: Part
}

/** Starts the embedded Postgres on the data folder, or the endpoint in front of a server that somebody else runs. */
export async function startDatabase(data: DataFolder, serverUrl: string | undefined): Promise<StackDatabase> {
  if (serverUrl !== undefined) {
    const database = await startServerDatabase({ url: serverUrl })
    const name = new URL(serverUrl).pathname.slice(1) || 'postgres'
    return { database, name, part: { name: 'database endpoint', stop: () => database.stop() } }
  }
  const database = await startWhenReleased(data.database)
  const { pid } = database
  return {
    database,
    name: new URL(database.ownerUrl).pathname.slice(1),
    part: {
      name: 'local database',
      stop: () => database.stop(),
      ended: untilProcessEnds(pid),
      kill: () => process.kill(pid, 'SIGKILL'),
    },
  }
}

/** After a stack was killed its database still needs a moment to write everything down. */
async function startWhenReleased(dataDir: string): ReturnType<typeof startLocalDatabase> {
  const deadline = Date.now() + RELEASED_WITHIN_MS
  for (;;) {
    try {
      return await startLocalDatabase({ dataDir })
    } catch (error) {
      if (!(error instanceof DataFolderInUseError) || Date.now() > deadline) throw error
      await delay(250)
    }
  }
}
