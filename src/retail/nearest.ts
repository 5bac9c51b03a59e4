/** Returns the candidate most like `name`, or undefined when none is near: at most a third of its letters differ. */
export function nearest<T extends string>(name: string, candidates: readonly T[]): T | undefined {
  const wanted = name.toLowerCase()
  const scored = candidates.map((candidate) => ({ candidate, distance: editDistance(wanted, candidate) }))
  const best = scored.reduce((a, b) => (b.distance < a.distance ? b : a), scored[0] ?? { candidate: undefined, distance: Infinity })
  return best.distance <= Math.max(2, wanted.length / 3) ? best.candidate : undefined
}

/** Levenshtein's distance: the fewest letters to add, drop or change. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min(changed, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
