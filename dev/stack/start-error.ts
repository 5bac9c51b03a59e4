import { AdvisedError } from '../../ops/terminal/advised-error.ts'

/** A start that cannot go on for a reason that the person at the terminal can mend. */
export class StartError extends AdvisedError {
  constructor(message: string, advice: string, options?: ErrorOptions) {
    super(message, advice, options)
    this.name = 'StartError'
  }
}
