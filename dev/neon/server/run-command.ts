import { spawn } from 'node:child_process'

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv
}

/** Runs a program and returns its standard output. Throws with its error output when it fails. */
export function runCommand(program: string, args: readonly string[], { env }: CommandOptions = {}): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const child = spawn(program, args, { env: env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let errors = ''
  child.stdout.on('data', (data: Buffer) => {
    output += data
  })
  child.stderr.on('data', (data: Buffer) => {
    errors += data
  })
  child.on('error', reject)
  // Not 'close': a server that the program leaves behind may keep its output open.
  child.on('exit', (code) => {
    if (code === 0) setImmediate(() => resolve(output))
    else reject(new Error(`${program} ${args[0] ?? ''} failed: ${errors.trim() || output.trim()}`))
  })
  return promise
}
