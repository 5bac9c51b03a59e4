import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { z } from 'zod'
import { AdvisedError } from '../terminal/advised-error.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const WRANGLER = createRequire(import.meta.url).resolve('wrangler')
/** Windows knows no groups of processes. */
const HAS_GROUPS = process.platform !== 'win32'
/** What wrangler says last is what went wrong. */
const LAST_LINES = 12

const entry = z.looseObject({
  type: z.string(),
  version_id: z.string().nullish(),
  targets: z.array(z.string()).nullish(),
})

export interface CloudflareAccess {
  readonly token: string
  readonly accountId: string
  /** Of the API; Cloudflare's own when absent. */
  readonly baseUrl?: string | undefined
  /** Ends wrangler in the middle. */
  readonly signal?: AbortSignal | undefined
}

/** What wrangler reports of a deploy or an upload. */
export type WranglerReport = Readonly<z.output<typeof entry>>

/**
 * Runs wrangler and returns what it reports, one entry per thing done. `secrets` travel in a file of this user's only, which is gone
 * afterwards: arguments can be read by every user of a machine. Throws `AdvisedError` with wrangler's last words.
 */
export async function runWrangler(
  access: CloudflareAccess,
  args: readonly string[],
  secrets?: Readonly<Record<string, string>>,
): Promise<WranglerReport[]> {
  access.signal?.throwIfAborted()
  const folder = await mkdtemp(join(tmpdir(), 'zava-wrangler-'))
  try {
    const report = join(folder, 'report.ndjson')
    const secretsFile = join(folder, 'secrets.json')
    if (secrets !== undefined) await writeFile(secretsFile, JSON.stringify(secrets), { mode: 0o600 })
    const { code, output } = await run(
      secrets === undefined ? args : [...args, ...(args[0] === 'secret' ? [] : ['--secrets-file']), secretsFile],
      environment(access, report),
      access.signal,
    )
    access.signal?.throwIfAborted()
    if (code !== 0) {
      throw new AdvisedError(
        `wrangler ${args.slice(0, 2).join(' ')} failed:\n${lastLines(output, secrets)}`,
        'Mend what it says, then run the same command again: what is done already is not done twice.',
      )
    }
    const text = await readFile(report, 'utf8').catch(() => '')
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => entry.parse(JSON.parse(line)))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function run(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [WRANGLER, ...args], {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C goes to everything in the terminal's group; when wrangler ends is for us to say.
      detached: HAS_GROUPS,
    })
    const end = () => endWithChildren(child)
    signal?.addEventListener('abort', end, { once: true })
    process.once('exit', end)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    child.once('error', reject)
    child.once('close', (code) => {
      signal?.removeEventListener('abort', end)
      process.removeListener('exit', end)
      resolve({ code: code ?? 1, output })
    })
  })
}

/** Wrangler starts programs of its own, for example to bundle. */
function endWithChildren(child: ChildProcess): void {
  try {
    if (HAS_GROUPS && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
    else child.kill()
  } catch {
    // It ended by itself.
  }
}

function environment({ token, accountId, baseUrl }: CloudflareAccess, report: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    // wrangler.toml's build step calls `node`: it must be this one, not an older one of the system's.
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`,
    CLOUDFLARE_API_TOKEN: token,
    CLOUDFLARE_ACCOUNT_ID: accountId,
    ...(baseUrl === undefined ? {} : { CLOUDFLARE_API_BASE_URL: baseUrl }),
    WRANGLER_OUTPUT_FILE_PATH: report,
    WRANGLER_SEND_METRICS: 'false',
    // Its log files would outlive this run, in a folder of the user's.
    WRANGLER_WRITE_LOGS: 'false',
    WRANGLER_SEND_ERROR_REPORTS: 'false',
    WRANGLER_HIDE_BANNER: 'true',
    CI: '1',
    NO_COLOR: '1',
    FORCE_COLOR: '0',
  }
}

/** Whatever wrangler may print, none of it may be a secret. */
function lastLines(output: string, secrets: Readonly<Record<string, string>> = {}): string {
  let text = stripVTControlCharacters(output).trim().split('\n').slice(-LAST_LINES).join('\n')
  for (const value of Object.values(secrets)) if (value.length >= 8) text = text.replaceAll(value, '…')
  return text
}
