import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DataFolderInUseError } from '../errors.ts'

export interface FolderLock {
  release(): void
}

interface Holder {
  readonly pid: number
  /** Tells a process from a later one with the same id; containers start with the same few ids every time. */
  readonly startedAt: string
}

const ATTEMPTS = 5

/** Takes `<folder>/lock`, also from a process that died with it. Throws `DataFolderInUseError`. */
export function lockFolder(folder: string): FolderLock {
  const path = join(folder, 'lock')
  const own = `${path}.${process.pid}`
  const mine = JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) } satisfies Holder)
  // Written whole and then linked, so that nobody ever reads half a lock.
  writeFileSync(own, mine)
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (tryLink(own, path)) return { release: () => releaseIfMine(path, mine) }
      removeIfStale(path, folder)
    }
    throw new DataFolderInUseError(folder, readHolder(path)?.holder.pid ?? 0)
  } finally {
    rmSync(own, { force: true })
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function removeIfStale(path: string, folder: string): void {
  const seen = readHolder(path)
  if (!seen) return
  if (isAlive(seen.holder)) throw new DataFolderInUseError(folder, seen.holder.pid)

  // Two processes may find the same dead holder. Moving is atomic: what was moved is looked at again before it goes.
  const aside = `${path}.stale.${process.pid}`
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  if (readFileSync(aside, 'utf8') !== seen.text) tryLink(aside, path)
  rmSync(aside, { force: true })
}

function readHolder(path: string): { holder: Holder; text: string } | undefined {
  try {
    const text = readFileSync(path, 'utf8')
    return { text, holder: parse(text) }
  } catch {
    return undefined
  }
}

/** A lock that cannot be understood is nobody's. */
function parse(text: string): Holder {
  try {
    const { pid, startedAt } = JSON.parse(text) as Partial<Holder>
    return { pid: Number(pid) || 0, startedAt: String(startedAt) }
  } catch {
    return { pid: 0, startedAt: '' }
  }
}

function isAlive({ pid, startedAt }: Holder): boolean {
  if (pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives, as another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return startOf(pid) === startedAt
}

/** The kernel's start time of a process (field 22 of its stat); empty where there is no /proc. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

function releaseIfMine(path: string, mine: string): void {
  if (readHolder(path)?.text === mine) rmSync(path, { force: true })
}
