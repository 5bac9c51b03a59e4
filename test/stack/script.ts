import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** A script of dev/ that runs in a process of its own. */
export interface Script {
  readonly child: ChildProcess
  /** Everything it has written so far. */
  output(): string
  /** Returns once it has written this; throws, with all it wrote, when it ends before. */
  until(text: string): Promise<void>
  /** Returns its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
}

const POLL_MS = 20

/** Runs `dev/<name>` as npm would, but for npm itself; ends it with the test. */
export function runScript(name: string, ...args: string[]): Script {
  const path = fileURLToPath(new URL(`../../dev/${name}`, import.meta.url))
  const { npm_lifecycle_event: _, ...env } = process.env
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env })
  let written = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      written += text
    })
  }
  let hasEnded = false
  const ended = once(child, 'close').then(([code, signal]: (number | string | null)[]) => {
    hasEnded = true
    return code ?? signal ?? 'unknown'
  })
  onTestFinished(async () => {
    if (!hasEnded) child.kill('SIGTERM')
    await ended
  })
  return {
    child,
    output: () => written,
    ended,
    async until(text) {
      while (!written.includes(text)) {
        if (hasEnded) throw new Error(`${name} ended without writing "${text}":\n${written}`)
        await new Promise((resolve) => setTimeout(resolve, POLL_MS))
      }
    },
  }
}

/** Returns how many milliseconds `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}
