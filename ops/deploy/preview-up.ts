import type { Progress } from '../terminal/progress.ts'
import type { DeploymentContext } from './deployment.ts'
import { type PreviewOptions, previewSteps } from './preview.ts'
import { previewDownSteps } from './preview-down.ts'
import { runSteps, type Step } from './steps.ts'

export interface BringUpOptions extends PreviewOptions {
  /** Leaves what was made when a step fails, to be looked at. */
  readonly keepsHalf: boolean
  readonly progress: Pick<Progress, 'step' | 'line'>
  /** The same as a command. */
  readonly again: string
}

/**
 * Takes a preview up. When a step fails, what was made goes again, unless this machine knows the preview from a run before: then it
 * was whole once, and the next run mends it. Throws what the step threw.
 */
export async function bringUp(context: DeploymentContext, options: BringUpOptions): Promise<void> {
  const isNew = (await context.file.read()) === undefined
  try {
    await runSteps(previewSteps(context, options), options)
  } catch (error) {
    if (isNew && !options.keepsHalf) await cleanUp(previewDownSteps(context), options.progress)
    throw error
  }
}

/** Half a preview costs as much as a whole one and is of no use. */
async function cleanUp(steps: readonly Step[], progress: Pick<Progress, 'line'>): Promise<void> {
  progress.line('\nTaking down what was made:')
  for (const { name, run } of steps) {
    const outcome = await run().catch((error: unknown) => `could not be: ${firstLine(error)}`)
    progress.line(`${name.padEnd(14)} ${outcome}`)
  }
}

/** The first line of what an error says. */
export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}
