import { spawn } from 'node:child_process'
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
  const folder = await mkdtemp(join(tmpdir(), 'zava-wrangler-'))
  try {
    const report = join(folder, 'report.ndjson')
    const secretsFile = join(folder, 'secrets.json')
    if (secrets !== undefined) await writeFile(secretsFile, JSON.stringify(secrets), { mode: 0o600 })
    const { code, output } = await run(
      secrets === undefined ? args : [...args, ...(args[0] === 'secret' ? [] : ['--secrets-file']), secretsFile],
      environment(access, report),
    )
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

function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [WRANGLER, ...args], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, output }))
  })
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
