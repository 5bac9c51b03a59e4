import { grouped, type Progress, secondsSince } from '../../ops/terminal/progress.ts'
import { type DemoMarker, type DemoProgress, findDemoData } from '../demo/load.ts'
import type { DemoSize } from '../demo/size.ts'
import type { LocalDatabase } from '../neon/local-database.ts'
import { withClient } from './access.ts'
import { StartError } from './start-error.ts'

const DEFAULT_SIZE: DemoSize = 'full'
/** Everybody's demo is the same, so that an answer can be talked about. */
const SEED = 1
const ORDERS = 'retail.orders'

export interface DemoDataOptions {
  /** Absent: whatever is there, or `full`. */
  readonly size: DemoSize | undefined
  readonly now: Date
  readonly progress: Progress
}

/**
 * Loads the demo data into a database without stores, or continues what is there up to now. Somebody's own data is left
 * alone. Throws `StartError` when another size is there than was asked for.
 */
export async function fillDatabase(database: LocalDatabase, { size, now, progress }: DemoDataOptions): Promise<void> {
  const { marker: there, hasStores } = await look(database)
  if (there === null && hasStores) {
    progress.line('Data       your own, left as it is')
    return
  }
  if (there !== null && size !== undefined && there.size !== size) {
    throw new StartError(
      `There is demo data of the size "${there.size}", and not "${size}".`,
      `Start without --size to use it, or replace it: npm start -- --reset --size ${size}`,
    )
  }
  const started = performance.now()
  const step = progress.step('Demo data', 'orders')
  // The other big tables are loaded in step with this one.
  const onProgress = ({ table, done, total }: DemoProgress) => table === ORDERS && step.update(done, total)
  const { rows } =
    there === null
      ? await database.loadDemo({ size: size ?? DEFAULT_SIZE, seed: SEED, now }, onProgress)
      : await database.topUpDemo({ now }, onProgress)
  const orders = rows[ORDERS] ?? 0
  const what =
    there === null ? `${grouped(orders)} orders loaded` : orders === 0 ? 'up to date' : `${grouped(orders)} new orders`
  step.end(`${there?.size ?? size ?? DEFAULT_SIZE}, ${what} (${secondsSince(started)})`)
}

/** As the superuser, to whom the marker belongs. */
function look({ superuserUrl, endpoint }: LocalDatabase): Promise<{ marker: DemoMarker | null; hasStores: boolean }> {
  return withClient({ url: superuserUrl, endpoint }, async (client) => {
    const { rows } = await client.query('select exists (select from retail.stores) as yes')
    const unused = () => Promise.reject(new Error('the marker is only read'))
    const marker = await findDemoData({
      rows: async (sql) => (await client.query(sql)).rows,
      run: unused,
      copy: unused,
    })
    return { marker, hasStores: rows[0]?.yes === true }
  })
}
