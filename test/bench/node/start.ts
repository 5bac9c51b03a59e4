import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startStack } from '../../../dev/stack/stack.ts'
import { createProgress } from '../../../ops/terminal/progress.ts'
import { startOwnDatabase } from '../../proof/node/own-database.ts'
import { startWholeStack } from '../../proof/node/worker.ts'
import { startServices } from '../../support/start-stack.ts'
import { call } from '../calls.ts'
import type { Area, Measure } from './area.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url).href)

/** How big the Worker is, and how long it takes from nothing to an answer. */
export const start: Area = {
  name: 'start',
  title: 'Start: the Worker’s bundle, its first request, the local stack',

  async run({ isQuick, say }) {
    say('bundle')
    const measures: Measure[] = [await bundle()]
    say('first request')
    measures.push(...(await firstRequest()))
    if (!isQuick) {
      say('local stack from nothing')
      measures.push(await localStack())
    }
    return measures
  },
}

async function bundle(): Promise<Measure> {
  const folder = await mkdtemp(join(tmpdir(), 'zava-bundle-'))
  const output = await outputOf(['node_modules/wrangler/bin/wrangler.js', 'deploy', '--dry-run', '--outdir', folder])
  await rm(folder, { recursive: true })
  const [, total = '', packed = ''] = /Total Upload: ([\d.]+) KiB \/ gzip: ([\d.]+) KiB/.exec(output) ?? []
  if (packed === '') throw new Error('wrangler did not say how large the bundle is')
  return {
    measure: 'bundle (gzip)',
    value: Number(packed),
    unit: 'KiB',
    target: { atMost: 1024 },
    against: `${total} KiB before compression`,
    isCount: true,
  }
}

async function firstRequest(): Promise<Measure[]> {
  const database = await startOwnDatabase()
  const services = await startServices()
  try {
    const started = performance.now()
    const worker = await startWholeStack(database, { bindings: services.bindings })
    const ready = performance.now()
    try {
      const { client } = await worker.connectAs('seattle')
      await call(client, 'whoami', {})
      const first = performance.now() - ready
      const again = performance.now()
      const second = await worker.connectAs('seattle', { clientId: 'second' })
      await call(second.client, 'whoami', {})
      return [
        {
          measure: 'Worker started, to its first answer',
          value: first,
          unit: 'ms',
          against: `connect and whoami; a second session of the warm Worker ${(performance.now() - again).toFixed(0)} ms; building and starting it ${(ready - started).toFixed(0)} ms`,
        },
      ]
    } finally {
      await worker.stop()
    }
  } finally {
    await services.stop()
    await database.stop()
  }
}

async function localStack(): Promise<Measure> {
  const dataDir = await mkdtemp(join(tmpdir(), 'zava-start-'))
  const started = performance.now()
  const stack = await startStack({ dataDir, port: 0, size: 'full', progress: createProgress({ write: () => {} }) })
  const seconds = (performance.now() - started) / 1000
  await stack.stop()
  await rm(dataDir, { recursive: true })
  return {
    measure: 'local stack, from an empty folder to answering',
    value: seconds,
    unit: 's',
    target: { atMost: 60 },
    against: 'what `npm start` does: database, migrations, full demo data, Worker',
  }
}

function outputOf(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    child.on('exit', (code) => (code === 0 ? resolve(output) : reject(new Error(output))))
  })
}
