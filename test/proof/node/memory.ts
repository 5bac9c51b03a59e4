import { readFile } from 'node:fs/promises'
import pg from 'pg'

/** Looks at an engine's memory while something runs. */
export interface MemoryWatch {
  /** Ends the watch. Returns the most bytes that were seen, and of what; undefined where the system does not tell. */
  stop(): Promise<{ readonly bytes: number; readonly what: string } | undefined>
}

const EVERY_MS = 100

/** By how much one process grew: the embedded engine is a single one, with a runtime that was there before. */
export async function watchProcess(pid: number): Promise<MemoryWatch> {
  const start = await readStatus(pid, 'VmRSS')
  let most = start ?? 0
  const timer = setInterval(() => {
    void readStatus(pid, 'VmRSS').then((bytes = 0) => {
      most = Math.max(most, bytes)
    })
  }, EVERY_MS)
  return {
    async stop() {
      clearInterval(timer)
      return start === undefined ? undefined : { bytes: most - start, what: "growth of the engine's process" }
    },
  }
}

/**
 * The most that any one backend of the service's login ever held, shared buffers that it touched included: the kernel keeps
 * each process' peak, so nothing falls between two looks but what a backend does in its last tenth of a second.
 */
export async function watchBackends(superuserUrl: string): Promise<MemoryWatch> {
  const client = new pg.Client({ connectionString: superuserUrl })
  await client.connect()
  const peaks = new Map<number, number>()
  let isBusy = false
  const look = async () => {
    if (isBusy) return
    isBusy = true
    const { rows } = await client.query<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and usename = 'zava_mcp'`,
    )
    for (const { pid } of rows) {
      const bytes = await readStatus(pid, 'VmHWM', 'postgres')
      if (bytes !== undefined) peaks.set(pid, Math.max(peaks.get(pid) ?? 0, bytes))
    }
    isBusy = false
  }
  const timer = setInterval(() => void look().catch(() => {}), EVERY_MS)
  return {
    async stop() {
      clearInterval(timer)
      await look().catch(() => {})
      await client.end()
      const what = `peak of the largest of ${peaks.size} backends`
      return peaks.size === 0 ? undefined : { bytes: Math.max(...peaks.values()), what }
    },
  }
}

/** A line of /proc/…/status in bytes; undefined where there is none, or when the process has another name (or machine). */
async function readStatus(pid: number, line: 'VmRSS' | 'VmHWM', name?: string): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  if (name !== undefined && !status.startsWith(`Name:\t${name}`)) return undefined
  const [, kilobytes] = new RegExp(`^${line}:\\s+(\\d+) kB`, 'm').exec(status) ?? []
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
}
