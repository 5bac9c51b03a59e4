import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'

let runs = 0

/**
 * Runs a script of `ops/` inside the test's process, as it stands in its file; returns its exit code and everything it
 * wrote. Starting a process for it would take ten times as long. One at a time, and never at a terminal.
 */
export async function runHere(script: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const path = fileURLToPath(new URL(`../../../ops/${script}`, import.meta.url))
  const { argv, exitCode } = process
  let output = ''
  const write = (text: unknown) => {
    output += text
    return true
  }
  const writeLine = (text: unknown) => write(`${text}\n`)
  const spies = [
    vi.spyOn(console, 'log').mockImplementation(writeLine),
    vi.spyOn(console, 'error').mockImplementation(writeLine),
    vi.spyOn(process.stdout, 'write').mockImplementation(write),
  ]
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  process.argv = [process.execPath, path, ...args]
  process.exitCode = undefined
  try {
    runs += 1
    // A module runs once; under another name it runs again, while what it imports stays.
    await import(/* @vite-ignore */ `${path}?run=${runs}`)
    return { code: Number(process.exitCode ?? 0), output }
  } finally {
    process.argv = argv
    process.exitCode = exitCode
    vi.unstubAllEnvs()
    for (const spy of spies) spy.mockRestore()
  }
}
