import type { Paint } from '../../ops/terminal/paint.ts'

/** Collects what the tour asserts; a statement that is not true makes the whole tour fail. */
export function createChecks(print: (text: string) => void, paint: Paint) {
  const results: boolean[] = []
  return {
    check(statement: string, isTrue: boolean): void {
      results.push(isTrue)
      print(`  ${isTrue ? paint.green('✓') : paint.red('✗')} ${statement}`)
    },
    /** How many statements there were, and how many were not true. */
    count: () => ({ all: results.length, failed: results.filter((isTrue) => !isTrue).length }),
  }
}

export type Checks = ReturnType<typeof createChecks>
