/** What a person at the terminal can mend: a finished sentence on what went wrong, and `advice` on how to go on. */
export class AdvisedError extends Error {
  readonly advice: string

  constructor(message: string, advice: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'AdvisedError'
    this.advice = advice
  }
}
