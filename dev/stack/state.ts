import { readFile, rm, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { isStackAlive } from '../issuer/server.ts'
import type { DataFolder } from './data-folder.ts'
import { writePrivately } from './private-file.ts'
import { StartError } from './start-error.ts'

const stackState = z.object({
  /** Made anew by every start. */
  id: z.uuid(),
  pid: z.number().int(),
  issuerPort: z.number().int(),
  publicUrl: z.url(),
  /** How `npm run demo` learns the truth that it compares with; absent until the stack is ready. This user's file only. */
  owner: z.object({ url: z.string(), endpoint: z.url() }).optional(),
})

/** What a running stack says of itself in its data folder. */
export type StackState = Readonly<z.output<typeof stackState>>

const ATTEMPTS = 3

/** Finds the stack that runs on a data folder; undefined when none does, whatever is written there. */
export async function findRunningStack({ state }: DataFolder): Promise<StackState | undefined> {
  const written = await readState(state)
  return written !== undefined && (await isStackAlive(written.issuerPort, written.id)) ? written : undefined
}

/** Throws `StartError` when a stack runs on this data folder. */
export async function refuseSecondStack(data: DataFolder): Promise<void> {
  const running = await findRunningStack(data)
  if (running === undefined) return
  throw new StartError(
    `The data in ${data.shown} is in use: a stack runs on it already, at ${running.publicUrl} (process ${running.pid}).`,
    'Use that one, stop it first, or start another beside it: npm start -- --data .data/other --port 8788',
  )
}

/** Writes a new stack into its data folder, also in place of one that died. Throws `StartError` when one lives. */
export async function claimDataFolder(data: DataFolder, state: StackState): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await writeFile(data.state, toText(state), { flag: 'wx', mode: 0o600 })
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt === ATTEMPTS) throw error
      await refuseSecondStack(data)
      await rm(data.state, { force: true })
    }
  }
}

/** Replaces what a stack says of itself. */
export async function updateState(data: DataFolder, state: StackState): Promise<void> {
  await writePrivately(data.state, toText(state))
}

/** Takes the stack out of its data folder, unless another has taken its place. */
export async function clearState(data: DataFolder, id: string): Promise<void> {
  if ((await readState(data.state))?.id === id) await rm(data.state, { force: true })
}

async function readState(path: string): Promise<StackState | undefined> {
  try {
    return stackState.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return undefined
  }
}

function toText(state: StackState): string {
  return `${JSON.stringify(state, null, 2)}\n`
}
