import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** `script` of util-linux lends a program a terminal. */
const SCRIPT = '/usr/bin/script'
/** Ctrl-C and Ctrl-D need no Enter. */
const BARE_KEYS = new Set(['\u0003', '\u0004'])
export const hasTerminal = process.platform === 'linux' && existsSync(SCRIPT)

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv
  /** What a person at a terminal types when they read this, then Enter, but after Ctrl-C and Ctrl-D; without it there is no terminal. */
  readonly answers?: readonly (readonly [question: RegExp, answer: string])[]
  /** Is handed the way to send it a signal; at a terminal, to press Ctrl-C. */
  readonly onStart?: (send: (signal: NodeJS.Signals) => void) => void
}

/** Runs a script of `ops/` as npm would; returns its exit code and everything it wrote. */
export function runOps(script: string, args: readonly string[], { env = {}, answers, onStart }: RunOptions = {}) {
  const command = [process.execPath, join(ROOT, 'ops', script), ...args]
  return run(command, { env, ...(answers && { answers }), ...(onStart && { onStart }) })
}

/** Types a command of package.json, `setup`, as a person would. */
export function runNpm(name: string, args: readonly string[], options: RunOptions) {
  return run(['npm', 'run', name, '--', ...args], options)
}

async function run(command: readonly string[], { env = {}, answers, onStart }: RunOptions) {
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  const [program = '', ...rest] = answers === undefined ? command : [SCRIPT, '-qefc', quoted, '/dev/null']
  const child = spawn(program, rest, { cwd: ROOT, env: { ...clean(process.env), ...env } })
  const left = [...(answers ?? [])]
  let output = ''
  let read = 0
  const look = () => {
    const [next] = left
    if (next === undefined || !next[0].test(stripVTControlCharacters(output.slice(read)))) return
    read = output.length
    left.shift()
    // A person types after the question is complete; before that the terminal itself would show what they type.
    setTimeout(() => child.stdin.write(BARE_KEYS.has(next[1]) ? next[1] : `${next[1]}\r`), 300)
  }
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      look()
    })
  }
  onStart?.((signal) => {
    if (answers === undefined) child.kill(signal)
    else child.stdin.write('\u0003')
  })
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
