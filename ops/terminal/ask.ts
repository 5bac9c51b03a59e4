import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { AdvisedError } from './advised-error.ts'
import { StoppedError } from './stop.ts'

export interface Question {
  readonly text: string
  /** Taken when nothing is typed. */
  readonly standard?: string
  /** Does not show what is typed. */
  readonly isSecret?: boolean
  /** Ends the question. */
  readonly signal?: AbortSignal | undefined
}

/** Asks a person at the terminal for one line; returns it trimmed, or the standard. Throws `StoppedError` on Ctrl-C and Ctrl-D. */
export async function ask({ text, standard, isSecret = false, signal }: Question): Promise<string> {
  const hint = standard === undefined || standard === '' ? '' : ` [${isSecret ? 'kept' : standard}]`
  const prompt = `${text}${hint}: `
  if (isSecret) process.stdout.write(prompt)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: isSecret ? silent : process.stdout, terminal: true })
  // Whoever leaves ends the line editor, which by itself leaves its question open for ever.
  const left = new Promise<never>((_, reject) => {
    lines.once('close', () => {
      reject(new StoppedError('The question was not answered, and nothing was done.', 'Run it again to answer it.'))
    })
  })
  left.catch(() => {})
  try {
    // The line editor clears its line before it begins: a question that stood there already would be gone.
    const asked = lines.question(isSecret ? '' : prompt, signal === undefined ? {} : { signal })
    asked.catch(() => {})
    const answer = (await Promise.race([left, asked])).trim()
    if (isSecret) process.stdout.write('\n')
    return answer === '' ? (standard ?? '') : answer
  } catch (error) {
    process.stdout.write('\n')
    signal?.throwIfAborted()
    // The editor may tell of Ctrl-C in its own way before it closes.
    throw error instanceof StoppedError ? error : await left
  } finally {
    lines.close()
  }
}

const TRIES = 3

/**
 * Asks until the answer is good. `check` returns what it stands for, or throws `AdvisedError` that says what is wrong with it; the
 * last one of three is thrown on.
 */
export async function askUntilGood<T>(question: Question, check: (answer: string) => T | Promise<T>): Promise<T> {
  for (let left = TRIES; ; left--) {
    try {
      return await check(await ask(question))
    } catch (error) {
      if (!(error instanceof AdvisedError) || error instanceof StoppedError || left === 1) throw error
      process.stdout.write(`${error.message} ${error.advice}\n`)
    }
  }
}
