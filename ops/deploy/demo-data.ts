import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { findDemoData, loadDemoData, topUpDemoData } from '../../dev/demo/load.ts'
import type { DemoSize } from '../../dev/demo/size.ts'
import { type CopyTarget, piecesOfLines } from '../../dev/neon/copy-target.ts'
import { type DeploymentContext, databaseOf } from './deployment.ts'
import type { Step } from './steps.ts'

const PIECE_CHARACTERS = 64 * 1024
/** Everybody's demo is the same, so that an answer can be talked about. */
const SEED = 1

/** Loads the demo data into an empty database, continues it up to today, or leaves somebody's own data alone. */
export function demoStep(context: DeploymentContext, size: DemoSize): Step {
  return {
    name: 'Demo data',
    what: `fills an empty database with the demo data (${size})`,
    async run() {
      const { url } = await databaseOf(context)
      if (context.loadDemo !== undefined) return context.loadDemo(url)
      return withCopyTarget(url, async (target) => {
        const now = new Date()
        const marker = await findDemoData(target)
        if (marker !== null) {
          await topUpDemoData(target, { now })
          return `${marker.size}, up to date`
        }
        const [store] = await target.rows('select 1 as one from retail.stores limit 1')
        if (store !== undefined) return 'not loaded: there is data of somebody’s own'
        const { rows } = await loadDemoData(target, { size, seed: SEED, now })
        return `${size}, ${(rows['retail.orders'] ?? 0).toLocaleString('en-US')} orders`
      })
    },
  }
}

/** COPY needs one connection over TCP, which Neon gives from Node. */
async function withCopyTarget<T>(url: string, work: (target: CopyTarget) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work({
      run: async (sql) => void (await client.query(sql)),
      rows: async (sql) => (await client.query(sql)).rows as Record<string, unknown>[],
      async copy(table, columns, chunks) {
        const copy = client.query(copyFrom(`copy ${table} (${columns.join(', ')}) from stdin`))
        await pipeline(Readable.from(piecesOfLines(chunks, PIECE_CHARACTERS)), copy)
        return copy.rowCount
      },
    })
  } finally {
    await client.end()
  }
}
