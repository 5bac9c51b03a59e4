import type { PGlite } from '@electric-sql/pglite'
import type { CopyTarget } from '../../dev/neon/copy-target.ts'
import { openCluster } from '../../dev/neon/embedded/open-cluster.ts'
import type { OwnerPool } from '../../sql/connect.ts'
import { migrate } from '../../sql/migrations.ts'

export interface EmbeddedTarget extends CopyTarget {
  close(): Promise<void>
}

/** An empty, migrated database in memory, filled over the engine's own COPY. */
export async function openEmbeddedTarget(): Promise<EmbeddedTarget> {
  const db = await openCluster(undefined, { isBrief: true })
  await migrate(poolOf(db))
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
    close: () => db.close(),
  }
}

function poolOf(db: PGlite): OwnerPool {
  return {
    connect: async () => ({
      async query(text, values) {
        const results = values === undefined ? await db.exec(text) : [await db.query(text, [...values])]
        const last = results.at(-1)
        return { rows: (last?.rows ?? []) as Record<string, unknown>[], rowCount: last?.rowCount ?? 0 }
      },
      release() {},
    }),
    end: () => db.close(),
  }
}
