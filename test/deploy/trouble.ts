import type { Fate } from './stand-ins/json-server.ts'

/** Where a database is out of reach: nobody listens there. */
export const NOWHERE = 'http://127.0.0.1:9/sql'

/**
 * Meets a command at everything that it asks others for, each of it once: in every run the first request that has not had its turn.
 * So the table of failures is not written by hand, but is what a run asks for; the last run nothing stops.
 */
export function makeTrouble(isMeant: (what: string) => boolean = () => true) {
  const had = new Set<string>()
  let counts = new Map<string, number>()
  let hit: string | undefined
  let onHit = () => {}

  function meet(what: string): boolean {
    const count = (counts.get(what) ?? 0) + 1
    counts.set(what, count)
    const id = `${what} #${count}`
    if (hit !== undefined || had.has(id) || !isMeant(what)) return false
    had.add(id)
    hit = id
    onHit()
    return true
  }

  return {
    /** Begins a run; `onHit` is called when something is met. */
    begin(next = () => {}) {
      counts = new Map()
      hit = undefined
      onHit = next
    },
    /** What was met in this run; undefined when everything has had its turn. */
    get hit() {
      return hit
    },
    fateOf: (fate: Fate) => (route: string) => (meet(route) ? fate : 'answered'),
    endpointOf: (find: (url: string) => string | undefined, isRefused: boolean) => (url: string) =>
      meet('the database') && isRefused ? NOWHERE : find(url),
  }
}

export type Trouble = ReturnType<typeof makeTrouble>
