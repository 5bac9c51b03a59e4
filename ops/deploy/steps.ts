import { AdvisedError } from '../terminal/advised-error.ts'
import type { Progress } from '../terminal/progress.ts'
import { type Stop, StoppedError } from '../terminal/stop.ts'

/** One step of a deployment. Running it again changes nothing that is right already. */
export interface Step {
  readonly name: string
  /** What it does, for `--dry-run`. */
  readonly what: string
  /** Does it; returns what came of it. */
  run(): Promise<string>
  /**
   * Takes back what this run has done of it, also when it was cut off in the middle, and nothing that was there before. Returns what
   * came of that as a sentence; undefined when there was nothing to take back.
   */
  undo?(): Promise<string | undefined>
  /** What is left if it is not taken back, and the command that ends it; undefined when nothing is. */
  left?(): string | undefined
}

export interface RunStepsOptions {
  readonly progress: Pick<Progress, 'step'>
  /** How to go on after a failure, as a command. */
  readonly again: string
  readonly stop?: Stop | undefined
  /** Leaves what was made when a step fails, to be looked at. */
  readonly keepsHalf?: boolean
}

/**
 * Runs steps in order. When one fails, or the operator stops it, those that can be are taken back, the last one first. Throws
 * `AdvisedError` that names the step, why it failed, what was taken back, what is left, and how to go on.
 */
export async function runSteps(
  steps: readonly Step[],
  { progress, again, stop, keepsHalf = false }: RunStepsOptions,
): Promise<void> {
  for (const [at, { name, run }] of steps.entries()) {
    const begun = steps.slice(0, at + 1).reverse()
    stop?.whenForced(() => [...leftOf(begun), `Go on: ${again}`])
    const shown = progress.step(name)
    try {
      stop?.signal.throwIfAborted()
      shown.end(await run())
    } catch (error) {
      const stopped = stopOf(error, stop)
      const isStopped = stopped !== undefined
      shown.end(isStopped ? 'stopped' : 'failed')
      const undoAll = () => takeBack(begun)
      const { told, left } = keepsHalf
        ? { told: [], left: leftOf(begun) }
        : await (stop === undefined ? undoAll() : stop.undisturbed(undoAll))
      const where = `Step ${at + 1} of ${steps.length}, "${name}",`
      const advice = [...left, ...(error instanceof AdvisedError && !isStopped ? [error.advice] : [])]
      const message = [isStopped ? `${where} was stopped.` : `${where} failed: ${reasonOf(error)}`, ...told].join('\n')
      const whole = [...advice, `Go on where it stopped: ${again}`].join('\n')
      if (isStopped) throw new StoppedError(message, whole, stopped.exitCode)
      throw new AdvisedError(message, whole, { cause: error })
    }
  }
}

/** What is cut off by the wish to stop fails in many ways. */
function stopOf(error: unknown, stop: Stop | undefined): StoppedError | undefined {
  const reason: unknown = stop?.signal.aborted ? stop.signal.reason : error
  return reason instanceof StoppedError ? reason : undefined
}

/** What could not be taken back is told with the command that does it by hand; the others are taken back all the same. */
async function takeBack(begun: readonly Step[]): Promise<{ told: string[]; left: string[] }> {
  const told: string[] = []
  const left: string[] = []
  for (const step of begun) {
    try {
      const outcome = await step.undo?.()
      if (outcome !== undefined) told.push(outcome)
    } catch (error) {
      told.push(reasonOf(error))
      left.push(...leftOf([step]))
    }
  }
  return { told, left }
}

function leftOf(begun: readonly Step[]): string[] {
  return begun.flatMap(({ left }) => left?.() ?? [])
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Writes what the steps would do. */
export function describeSteps(steps: readonly Step[]): string {
  return steps.map(({ name, what }, at) => `${String(at + 1).padStart(2)}. ${name.padEnd(14)} ${what}`).join('\n')
}
