import { AdvisedError } from '../terminal/advised-error.ts'
import type { Progress } from '../terminal/progress.ts'

/** One step of a deployment. Running it again changes nothing that is right already. */
export interface Step {
  readonly name: string
  /** What it does, for `--dry-run`. */
  readonly what: string
  /** Does it; returns what came of it. */
  run(): Promise<string>
}

export interface RunStepsOptions {
  readonly progress: Pick<Progress, 'step'>
  /** How to go on after a failure, as a command. */
  readonly again: string
}

/** Runs steps in order. Throws `AdvisedError` that names the step, why it failed and how to go on. */
export async function runSteps(steps: readonly Step[], { progress, again }: RunStepsOptions): Promise<void> {
  for (const [at, { name, run }] of steps.entries()) {
    const shown = progress.step(name)
    try {
      shown.end(await run())
    } catch (error) {
      shown.end('failed')
      const why = error instanceof Error ? error.message : String(error)
      const advice = error instanceof AdvisedError ? `${error.advice}\n` : ''
      throw new AdvisedError(
        `Step ${at + 1} of ${steps.length}, "${name}", failed: ${why}`,
        `${advice}Go on where it stopped: ${again}`,
        { cause: error },
      )
    }
  }
}

/** Writes what the steps would do. */
export function describeSteps(steps: readonly Step[]): string {
  return steps.map(({ name, what }, at) => `${String(at + 1).padStart(2)}. ${name.padEnd(14)} ${what}`).join('\n')
}
