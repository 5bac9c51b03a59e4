import type { CopyTarget } from '../neon/copy-target.ts'
import { type DemoSize, sizes } from './size.ts'

/** Which demo data a database holds. */
export interface DemoMarker {
  readonly size: DemoSize
  readonly seed: number
  /** The moment the data ends. */
  readonly through: Date
}

/** Reads which demo data is there; null when none is. */
export async function findDemoData(target: CopyTarget): Promise<DemoMarker | null> {
  const [made] = await target.rows("select to_regclass('app.demo_data') is not null as here")
  if (made?.here !== true && made?.here !== 't') return null
  const [row] = await target.rows(
    'select size, seed::text as seed, extract(epoch from data_through)::text as through from app.demo_data limit 1',
  )
  const size = String(row?.size)
  if (row === undefined || !isSize(size)) return null
  return { size, seed: Number(row.seed), through: new Date(Number(row.through) * 1000) }
}

/** Writes the marker; the last act of a load, in its transaction. */
export async function writeDemoMarker(target: CopyTarget, { size, seed, through }: DemoMarker): Promise<void> {
  await target.run(`
    create table if not exists app.demo_data (
      is_only boolean primary key default true check (is_only),
      size text not null,
      seed bigint not null,
      data_through timestamptz not null
    )`)
  await target.run(`
    insert into app.demo_data (size, seed, data_through)
    values ('${size}', ${seed}, '${through.toISOString().slice(0, 19)}Z')
    on conflict (is_only) do update
      set size = excluded.size, seed = excluded.seed, data_through = excluded.data_through`)
}

function isSize(text: string): text is DemoSize {
  return Object.hasOwn(sizes, text)
}
