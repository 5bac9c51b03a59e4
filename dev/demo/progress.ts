import type { CopyTarget } from '../neon/copy-target.ts'
import { chunksOf, type TableText } from './copy-text.ts'

export interface DemoProgress {
  readonly table: string
  readonly done: number
  /** Expected rows; an estimate until `done` reaches it. */
  readonly total: number
}

export type OnDemoProgress = (progress: DemoProgress) => void

/** Copies tables in and keeps count of what is done. */
export interface CountedCopy {
  copy(table: TableText): Promise<void>
  /** Rows by table name. */
  readonly rows: Record<string, number>
}

/** Wraps a target so that every copied table is counted and reported; `expected` has the totals that are known before. */
export function countCopies(
  target: CopyTarget,
  expected: Readonly<Record<string, number>>,
  onProgress: OnDemoProgress,
): CountedCopy {
  const rows: Record<string, number> = {}
  return {
    rows,
    async copy({ table, columns, rows: lines }) {
      if (lines.length > 0) await target.copy(table, columns, chunksOf(lines))
      const done = (rows[table] ?? 0) + lines.length
      rows[table] = done
      onProgress({ table, done, total: Math.max(done, expected[table] ?? 0) })
    },
  }
}
