import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DemoSize } from '../../../dev/demo/size.ts'
import { type OwnDatabase, startOwnDatabase } from '../../proof/node/own-database.ts'
import { startWholeStack, type WholeStack } from '../../proof/node/worker.ts'
import { startServices } from '../../support/start-stack.ts'
import { type Distance, startDistance } from './distance.ts'
import type { Kept } from './kept.ts'
import { settleTables, startOnServer } from './on-server.ts'

/** The whole Worker as deployed, with a database of its own behind a wire whose length can be set. */
export interface BenchStack {
  readonly database: OwnDatabase
  readonly worker: WholeStack
  readonly distance: Distance
  /** Folder that keeps what the objects store. */
  readonly stored: string
  /** Requests that the database endpoint has served so far. */
  requests(): Promise<number>
  stop(): Promise<void>
}

export interface BenchStackOptions {
  readonly size: DemoSize
  /** A superuser's URL of a server Postgres; the embedded engine when absent. */
  readonly serverUrl?: string | undefined
}

/** The stacks of one run: areas that want the same one share it, because starting one takes longer than most of them. */
export interface Stacks {
  get(options: BenchStackOptions): Promise<BenchStack>
}

export function openStacks(kept: Kept): Stacks {
  return {
    get: (options) =>
      kept.get(`stack ${options.size} ${options.serverUrl ?? 'embedded'}`, () => startBenchStack(options)),
  }
}

/** Starts it; whatever goes wrong, nothing stays behind. */
async function startBenchStack({ size, serverUrl }: BenchStackOptions): Promise<BenchStack> {
  const closing: (() => Promise<void>)[] = []
  const stop = async () => {
    for (const close of closing.reverse()) await close()
  }
  try {
    const database = await (serverUrl === undefined ? startOwnDatabase({ size }) : startOnServer(serverUrl, size))
    closing.push(() => database.stop())
    if (serverUrl === undefined) await database.superuser.run(['analyze'], { readOnly: false })
    else await settleTables(database)
    const distance = await startDistance(database.endpoint)
    closing.push(() => distance.stop())
    const services = await startServices()
    closing.push(() => services.stop())
    const stored = await mkdtemp(join(tmpdir(), 'zava-bench-'))
    closing.push(() => rm(stored, { recursive: true, force: true }))
    const worker = await startWholeStack(
      { ...database, endpoint: distance.url },
      { bindings: services.bindings, persistTo: stored },
    )
    closing.push(() => worker.stop())
    return { database, worker, distance, stored, requests: () => requestsAt(database.endpoint), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function requestsAt(endpoint: string): Promise<number> {
  const stats = (await (await fetch(new URL('/stats', endpoint))).json()) as { requests: number }
  return stats.requests
}
