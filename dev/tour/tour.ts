import type { Paint } from '../../ops/terminal/paint.ts'
import { type Assistant, connectAs, RefusedError } from './assistant.ts'
import { askAboutDateAndSchemas } from './catalogue-part.ts'
import { createChecks } from './checks.ts'
import { askAboutPerformance } from './performance-part.ts'
import { askAboutStock, askForReports } from './reports-part.ts'
import { askQuestions } from './sales-part.ts'
import { searchForProducts } from './search-part.ts'
import type { StackAtHand } from './stack-at-hand.ts'
import { showTheWall } from './wall-part.ts'

/** Who takes part, in the order of the tour. */
export const PARTICIPANTS = ['seattle', 'redmond', 'regional', 'head-office'] as const

/** What every part of the tour works with. */
export interface Tour {
  readonly stack: StackAtHand
  readonly assistants: ReadonlyMap<string, Assistant>
  readonly print: (text: string) => void
  readonly paint: Paint
  readonly check: (statement: string, isTrue: boolean) => void
}

export interface TourOptions {
  readonly print: (text: string) => void
  readonly paint: Paint
}

/** Asks the sample's questions as four people and proves that they stay apart; returns how many checks there were. */
export async function takeTour(
  stack: StackAtHand,
  { print, paint }: TourOptions,
): Promise<{ all: number; failed: number }> {
  const checks = createChecks(print, paint)
  const assistants = new Map<string, Assistant>()
  try {
    for (const key of PARTICIPANTS) assistants.set(key, await connectAs(key, stack))
    const tour: Tour = { stack, assistants, print, paint, check: checks.check }
    await askAboutDateAndSchemas(tour)
    await askAboutPerformance(tour)
    await askForReports(tour)
    await askAboutStock(tour)
    await searchForProducts(tour)
    await askQuestions(tour)
    await showTheWall(tour)
    return checks.count()
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error
    checks.check(error.message, false)
    return checks.count()
  } finally {
    await Promise.all([...assistants.values()].map((assistant) => assistant.close()))
  }
}
