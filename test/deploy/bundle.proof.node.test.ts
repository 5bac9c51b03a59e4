import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../stack/temporary-folder.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const WRANGLER = createRequire(import.meta.url).resolve('wrangler')

it.for(['', 'preview', 'production'])('wrangler builds and accepts the environment "%s", within 1 MiB', async (env) => {
  const folder = await temporaryFolder()
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [WRANGLER, 'deploy', '--dry-run', '--env', env, '--outdir', folder],
    { cwd: ROOT, env: { ...process.env, CI: '1', NO_COLOR: '1', WRANGLER_SEND_METRICS: 'false' } },
  )
  const gzipKiB = Number(/gzip: ([\d.]+) KiB/.exec(stdout)?.[1])

  expect(stdout).toContain('--dry-run: exiting now.')
  expect(stdout).not.toMatch(/WARNING/)
  expect(gzipKiB).toBeLessThan(1024)
})
