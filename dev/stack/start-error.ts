/** A start that cannot go on for a reason that the person at the terminal can mend: a finished sentence and what to do. */
export class StartError extends Error {
  readonly advice: string

  constructor(message: string, advice: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StartError'
    this.advice = advice
  }
}
