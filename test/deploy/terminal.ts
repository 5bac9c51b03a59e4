import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

/** `script` of util-linux lends a program a terminal. */
const SCRIPT = '/usr/bin/script'
export const hasTerminal = process.platform === 'linux' && existsSync(SCRIPT)

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv
  /** What a person at a terminal types when they read this; without it there is no terminal. */
  readonly answers?: readonly (readonly [question: RegExp, answer: string])[]
}

/** Runs a script of `ops/` as npm would; returns its exit code and everything it wrote. */
export async function runOps(script: string, args: readonly string[], { env = {}, answers }: RunOptions = {}) {
  const file = fileURLToPath(new URL(`../../ops/${script}`, import.meta.url))
  const command = [process.execPath, file, ...args]
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  const [program = '', ...rest] = answers === undefined ? command : [SCRIPT, '-qefc', quoted, '/dev/null']
  const child = spawn(program, rest, { env: { ...clean(process.env), ...env } })
  const left = [...(answers ?? [])]
  let output = ''
  let read = 0
  const look = () => {
    const [next] = left
    if (next === undefined || !next[0].test(stripVTControlCharacters(output.slice(read)))) return
    read = output.length
    left.shift()
    // A person types after the question is complete; before that the terminal itself would show what they type.
    setTimeout(() => child.stdin.write(`${next[1]}\r`), 300)
  }
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      look()
    })
  }
  if (answers === undefined) child.stdin.end()
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  return { code, output, unasked: left.length }
}

/** Whoever runs the tests may have accounts. */
function clean(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^(CLOUDFLARE|NEON|DATABASE|OIDC|TOKEN|OPENAI|EMBEDDINGS|PUBLIC_URL|SMOKE)/.test(name),
    ),
  )
}
