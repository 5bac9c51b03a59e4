import { setTimeout as delay } from 'node:timers/promises'
import type { Progress } from '../../ops/terminal/progress.ts'
import { mintToken } from '../issuer/mint-token.ts'
import { readSigningKey } from '../issuer/signing-key.ts'
import type { DatabaseAccess } from '../stack/access.ts'
import { type DataFolder, dataFolder } from '../stack/data-folder.ts'
import type { StackChoices } from '../stack/options.ts'
import { openSecrets } from '../stack/secrets.ts'
import { startStack } from '../stack/stack.ts'
import { StartError } from '../stack/start-error.ts'
import { findRunningStack } from '../stack/state.ts'
import { serviceUrlOf } from '../stack/worker-variables.ts'

const READY_WITHIN_MS = 120_000

/** A stack that answers, whoever started it. */
export interface StackAtHand {
  readonly mcpUrl: URL
  readonly owner: DatabaseAccess
  /** What the Worker logs in with and signs with, for questions that go past the Worker. */
  readonly serviceUrl: string
  readonly contextKey: string
  mint(userId: string): Promise<string>
  /** Ends what was started for this; a stack that ran already goes on. */
  close(): Promise<void>
}

export interface AtHandOptions {
  readonly choices: StackChoices
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** Takes the stack that runs on the data folder, or starts one. */
export async function takeStack({ choices, progress, signal }: AtHandOptions): Promise<StackAtHand> {
  const data = dataFolder(choices.dataDir)
  const running = await findReadyStack(data, signal)
  if (running !== undefined) {
    progress.line(`Using the stack that runs at ${running.publicUrl}`)
    const key = await readSigningKey(data.signingKey)
    if (key === undefined)
      throw new StartError(`The signing key in ${data.shown} is gone.`, 'Stop that stack and start it again.')
    return toStackAtHand(data, { ...running, mint: (userId) => mintToken(key, { userId, now: Date.now() }) })
  }
  const stack = await startStack({ ...choices, progress, signal })
  return toStackAtHand(data, {
    publicUrl: stack.publicUrl,
    owner: stack.owner,
    mint: (userId) => stack.mint({ userId }),
    close: () => stack.stop(),
  })
}

interface Found {
  readonly publicUrl: string
  readonly owner: DatabaseAccess
  readonly mint: StackAtHand['mint']
  readonly close?: () => Promise<void>
}

async function toStackAtHand(data: DataFolder, { publicUrl, owner, mint, close }: Found): Promise<StackAtHand> {
  const { contextKey, servicePassword } = await openSecrets(data.secrets)
  const serviceUrl = serviceUrlOf(new URL(owner.url).pathname.slice(1), servicePassword)
  return { mcpUrl: new URL('/mcp', publicUrl), owner, serviceUrl, contextKey, mint, close: close ?? (async () => {}) }
}

/** Waits for a stack that is still coming up. */
async function findReadyStack(data: DataFolder, signal: AbortSignal) {
  const deadline = Date.now() + READY_WITHIN_MS
  for (;;) {
    const running = await findRunningStack(data)
    if (running === undefined) return undefined
    if (running.owner !== undefined) return { publicUrl: running.publicUrl, owner: running.owner }
    if (Date.now() > deadline) {
      throw new StartError(`A stack has been starting on ${data.shown} for too long.`, 'Stop it and try again.')
    }
    await delay(500, undefined, { signal })
  }
}
