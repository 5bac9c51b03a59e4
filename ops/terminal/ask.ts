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
  process.stdout.write(`${text}${hint}: `)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: isSecret ? silent : process.stdout, terminal: true })
  try {
    const answer = (await lines.question('')).trim()
    if (isSecret) process.stdout.write('\n')
    return answer === '' ? (standard ?? '') : answer
  } finally {
    lines.close()
  }
}
