import { execFile } from 'node:child_process'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { smoke, smokeLines } from '../../ops/deploy/smoke.ts'
import { serve } from '../clients/node/served.ts'
import { temporaryFolder } from '../stack/temporary-folder.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)
const previous = await commitBeforeTheNewestMigration()

/**
 * Migrations go out before the code that needs them, and code is taken back while they stay. So the code from just before the
 * newest migration must be able to live on the schema that this migration makes.
 */
describe.skipIf(previous === undefined)(
  'the release before, on the newest schema (skipped without the history)',
  () => {
    it('answers as it did: readiness with its posture check, and clients of both eras', {
      timeout: 240_000,
    }, async () => {
      const folder = await temporaryFolder()
      await run('sh', ['-c', `git archive ${previous} | tar -x -C "${folder}"`], { cwd: ROOT })
      await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
      // Wrangler's build step runs where the tests run; the older code needs its own parser beside it.
      await run(process.execPath, ['dev/vendor-parser.ts'], { cwd: folder })
      const served = await serve(folder)
      onTestFinished(() => served.stop())

      const checks = await smoke({ publicUrl: served.publicUrl, token: await served.token('seattle') })

      // The page for people is no part of what the database must keep working.
      const failed = checks.filter(({ isOk, name }) => !isOk && name !== 'front page')
      expect(failed, smokeLines(checks).join('\n')).toEqual([])
      expect(checks.map(({ name }) => name)).toEqual(expect.arrayContaining(['ready', 'MCP, newest', 'MCP, 2025 era']))
    })
  },
)

async function commitBeforeTheNewestMigration(): Promise<string | undefined> {
  try {
    const log = ['log', '-1', '--format=%H', '--diff-filter=A', '--', 'sql/0*.sql', 'sql/1*.sql']
    const { stdout: newest } = await run('git', log, { cwd: ROOT })
    const { stdout: before } = await run('git', ['rev-parse', '--verify', '--quiet', `${newest.trim()}^`], {
      cwd: ROOT,
    })
    return before.trim() || undefined
  } catch {
    return undefined
  }
}
