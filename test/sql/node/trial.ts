import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder of small migrations for a test's own use. */
export interface Trial {
  readonly folder: string
  write(name: string, sql: string): Promise<void>
  /** Writes text as it is, without a header put before it. */
  writeRaw(name: string, text: string): Promise<void>
  remove(): Promise<void>
}

const HEADER =
  '--! name: trial\n--! why: a test\n--! locks: none\n--! undo: drop schema trial cascade\n--! requires: nothing\n'

export async function openTrial(): Promise<Trial> {
  const path = await mkdtemp(join(tmpdir(), 'zava-migrations-'))
  const writeRaw = (name: string, text: string) => writeFile(join(path, name), text)
  return {
    folder: path,
    write: (name, sql) => writeRaw(name, HEADER + sql),
    writeRaw,
    remove: () => rm(path, { recursive: true }),
  }
}
