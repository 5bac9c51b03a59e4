import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Scratch } from '../../sql/node/scratch.ts'

/** Runs `data:import` on a scratch database as npm would; returns its exit code and everything it wrote. */
export async function importData({ ownerUrl, endpoint, engine }: Scratch, args: readonly string[]) {
  const script = fileURLToPath(new URL('../../../ops/data-import.ts', import.meta.url))
  const env = {
    ...process.env,
    DATABASE_OWNER_URL: ownerUrl,
    ...(engine === 'embedded' ? { DATABASE_ENDPOINT: endpoint } : {}),
  }
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
