import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

export interface Question {
  readonly text: string
  /** Taken when nothing is typed. */
  readonly standard?: string
  /** Does not show what is typed. */
  readonly isSecret?: boolean
}

/** Asks a person at the terminal for one line; returns it trimmed, or the standard. */
export async function ask({ text, standard, isSecret = false }: Question): Promise<string> {
  const hint = standard === undefined || standard === '' ? '' : ` [${isSecret ? 'kept' : standard}]`
  const prompt = `${text}${hint}: `
  if (isSecret) process.stdout.write(prompt)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: isSecret ? silent : process.stdout, terminal: true })
  try {
    // The line editor clears its line before it begins: a question that stood there already would be gone.
    const answer = (await lines.question(isSecret ? '' : prompt)).trim()
    if (isSecret) process.stdout.write('\n')
    return answer === '' ? (standard ?? '') : answer
  } finally {
    lines.close()
  }
}
