import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { type OwnerPool, openOwnerPool } from '../sql/connect.ts'
import { AdvisedError } from './terminal/advised-error.ts'
import type { OptionSpec, ParsedArguments } from './terminal/arguments.ts'

/** Options by which every script of an operator is told its database. */
export const OWNER_OPTIONS = {
  'database-url': {
    value: '<url>',
    help: "the owner's connection string; else DATABASE_OWNER_URL, else the local stack",
  },
  data: { value: '<folder>', help: 'data folder of the local stack (default .data/local)' },
} as const satisfies Record<string, OptionSpec>

/** Where a database is and who logs in there: the owner, who sees every store. */
export interface OwnerDatabase {
  readonly url: string
  /** Of the local stack's endpoint; absent for a real server. */
  readonly endpoint?: string | undefined
}

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const runningStack = z.object({ owner: z.object({ url: z.string(), endpoint: z.url() }) })

/**
 * Finds the database that the operator means: `--database-url`, else `DATABASE_OWNER_URL`, else the local stack that runs on
 * the data folder. Throws `AdvisedError` when there is none.
 */
export async function findOwnerDatabase(
  { values }: Pick<ParsedArguments, 'values'>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<OwnerDatabase> {
  const url = values['database-url'] ?? env.DATABASE_OWNER_URL
  if (url !== undefined) return { url: readUrl(url), endpoint: env.DATABASE_ENDPOINT }
  const folder = values.data ?? join('.data', 'local')
  const stack = await readFile(resolve(ROOT, folder, 'stack.json'), 'utf8')
    .then((text) => runningStack.parse(JSON.parse(text)))
    .catch(() => undefined)
  if (stack !== undefined) return stack.owner
  throw new AdvisedError(
    'Which database? No connection string was given, and no local stack runs.',
    'Set DATABASE_OWNER_URL to the owner’s connection string, or start the local stack: npm start',
  )
}

/** Opens a pool as the owner, lends it to `work`, and closes it whatever comes. */
export async function withOwnerPool<T>(
  { url, endpoint }: OwnerDatabase,
  work: (pool: OwnerPool) => Promise<T>,
): Promise<T> {
  const pool = openOwnerPool(url, endpoint)
  try {
    return await work(pool)
  } finally {
    await pool.end()
  }
}

function readUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && /^postgres(ql)?:$/.test(url.protocol) && url.hostname !== '') return text
  // The text itself is not repeated: it may hold a password.
  throw new AdvisedError(
    'The connection string is not understood.',
    'It must look like postgresql://owner:password@host/database.',
  )
}
