import { AdvisedError } from './advised-error.ts'
import { ArgumentError } from './arguments.ts'

/** Writes an error for the person at the terminal: a sentence and what to do; a stack trace only for a fault of ours. */
export function explain(error: unknown): string {
  if (error instanceof AdvisedError) return `${error.message}\n${error.advice}`
  if (error instanceof ArgumentError) return `${error.message}\nShow all options: add -- --help`
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `This should not have happened, and is a fault of ours:\n${detail}`
}
