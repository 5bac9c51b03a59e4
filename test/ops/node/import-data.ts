import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Scratch } from '../../sql/node/scratch.ts'
import { runHere } from '../../support/node/run-here.ts'

/** Runs `data:import` on a scratch database; returns its exit code and everything it wrote. */
export function importData(scratch: Scratch, args: readonly string[]) {
  return runHere('data-import.ts', args, environmentOf(scratch))
}

/** The same in a process of its own, as npm would: for imports at once, and for what is measured. */
export async function startImport(scratch: Scratch, args: readonly string[]) {
  const script = fileURLToPath(new URL('../../../ops/data-import.ts', import.meta.url))
  const env = { ...process.env, ...environmentOf(scratch) }
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output }
}

function environmentOf({ ownerUrl, endpoint, engine }: Scratch): Record<string, string> {
  return { DATABASE_OWNER_URL: ownerUrl, ...(engine === 'embedded' ? { DATABASE_ENDPOINT: endpoint } : {}) }
}
