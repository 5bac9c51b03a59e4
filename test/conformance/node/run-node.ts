import { spawn } from 'node:child_process'
import { ROOT } from './paths.ts'

/** How a command ended, and all that it printed. */
export interface Ended {
  readonly code: number | null
  readonly output: string
}

/** Runs a script of an installed package to its end, on the Node that runs the tests: the system's may be too old. */
export function runNode(script: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: ROOT,
      env: { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false' },
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}
