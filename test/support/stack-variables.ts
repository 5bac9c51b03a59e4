import { z } from 'zod'

const engineName = z.enum(['embedded', 'server'])

export type EngineName = z.output<typeof engineName>

/** One database engine that the wall is tried on. */
export const engine = z.object({
  name: engineName,
  endpoint: z.string(),
  serviceUrl: z.string(),
  ownerUrl: z.string(),
})

export type Engine = z.output<typeof engine>

/** What test/run.ts started, as the tests get to know it. */
export const stack = z.object({
  engines: z.array(engine).min(1),
  /** Variables and secrets of the Worker under test. */
  bindings: z.record(z.string(), z.string()),
})

export type Stack = z.output<typeof stack>

/** Reads the stack of this process from the environment; throws when the tests were not started by `npm test`. */
export function readStack(environment: Record<string, string | undefined>): Stack {
  if (environment.TEST_STACKS === undefined) throw new Error('Start the tests with `npm test` or `npm run proof`.')
  const stacks = z.array(stack).parse(JSON.parse(environment.TEST_STACKS))
  // Vitest numbers its workers from 1.
  const own = stacks[Number(environment.VITEST_POOL_ID ?? 1) - 1]
  if (own === undefined) throw new Error('There are more workers than stacks.')
  return own
}
