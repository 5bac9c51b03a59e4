import { z } from 'zod'
import type { Assistant } from './assistant.ts'
import type { Evidence } from './insight-truth.ts'
import type { Tour } from './tour.ts'
import { holds, onlyStoresOf, readTruth } from './truth.ts'

/** Insights as an answer carries them. */
export const insights = z.array(
  z.object({ kind: z.string(), statement: z.string(), evidence: z.record(z.string(), z.unknown()) }),
)

/** The same, as a type. */
export type Insights = z.output<typeof insights>

type TruthOf = (kind: string, evidence: Evidence, mine: string) => string | undefined

/** Prints what stands out, and compares the numbers behind each sentence with what the owner reads. */
export async function showInsights(
  { print, check, stack }: Tour,
  { person }: Assistant,
  { found, truthOf }: { readonly found: Insights; readonly truthOf: TruthOf },
): Promise<void> {
  if (found.length === 0) print('  Nothing stands out.')
  for (const { statement } of found) print(`  • ${statement}`)
  const verdicts: boolean[] = []
  for (const { kind, evidence } of found) {
    const sql = truthOf(kind, evidence, onlyStoresOf(person))
    if (sql !== undefined) verdicts.push(holds(evidence, (await readTruth(stack.owner, sql))[0]))
  }
  if (verdicts.length > 0) {
    const sentences = verdicts.length === 1 ? 'the sentence rests' : `the ${verdicts.length} sentences rest`
    check(`${sentences} on numbers that the owner counts too`, verdicts.every(Boolean))
  }
}
