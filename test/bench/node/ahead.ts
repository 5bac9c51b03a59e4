import type { Area, PrepareOptions } from './area.ts'

/** Makes what later areas need beside areas that hold no times, and is done before the next that does. */
export interface Ahead {
  /** Begins, unless it has begun. */
  begin(): void
  /** Returns once the area may run. */
  makeWayFor(area: Pick<Area, 'onlyCounts'>): Promise<void>
}

/** Opens it for the areas of a run; nothing is made before it begins. One at a time: more would only take turns on the cores. */
export function openAhead(areas: readonly Pick<Area, 'prepare'>[], options: PrepareOptions): Ahead {
  let made: Promise<void> | undefined
  const makeAll = async () => {
    for (const area of areas) await area.prepare?.(options)
  }
  const begin = () => {
    // The area that needs what failed will say so: it asks for the same.
    made ??= makeAll().catch(() => {})
  }
  return {
    begin,
    async makeWayFor({ onlyCounts = false }) {
      if (onlyCounts) begin()
      else await made
    },
  }
}
