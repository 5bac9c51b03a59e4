import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { CopyTarget } from '../../dev/neon/copy-target.ts'
import { openDataFolder } from '../../dev/neon/embedded/data-folder.ts'
import { openCluster } from '../../dev/neon/embedded/open-cluster.ts'
import { MIGRATED, openShelf } from '../support/node/shelves.ts'

export interface EmbeddedTarget extends CopyTarget {
  close(): Promise<void>
}

/** An empty, migrated database in this process, filled over the engine's own COPY. */
export async function openEmbeddedTarget(): Promise<EmbeddedTarget> {
  const shelf = openShelf('embedded', process.env)
  const name = randomBytes(6).toString('hex')
  await shelf.copy(MIGRATED, name)
  const folder = await openDataFolder(join(process.env.TEST_SHELF ?? '', name))
  const db = await openCluster(folder.cluster, { isBrief: true })
  return {
    async run(sql) {
      await db.exec(sql)
    },
    rows: async (sql) => (await db.query<Record<string, unknown>>(sql)).rows,
    async copy(table, columns, chunks) {
      const blob = new Blob([...chunks])
      const result = await db.query(`copy ${table} (${columns.join(', ')}) from '/dev/blob'`, [], { blob })
      return result.affectedRows ?? 0
    },
    async close() {
      await db.close()
      folder.unlock()
      await shelf.remove(name)
    },
  }
}
