import { createWriteStream, type WriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'

/** A log file that is put aside when it has grown: `mcp_server.log`, then `.1`, `.2`; what was older is gone. */
export interface RotatingLog {
  write(line: string): void
  /** Returns when all is on disk. */
  end(): Promise<void>
}

export interface RotatingLogOptions {
  readonly path: string
  /** 8 MB unless told. */
  readonly maxBytes?: number
  /** Files beside the current one; 2 unless told. */
  readonly kept?: number
}

/** Opens the log anew: what an earlier run wrote is put aside first. Readable by this user only. */
export function openRotatingLog({ path, maxBytes = 8_000_000, kept = 2 }: RotatingLogOptions): RotatingLog {
  let bytes = 0
  let file: WriteStream | undefined
  // One thing after the other: a line that comes while files change names waits its turn.
  let work: Promise<void> = putAside(path, kept)

  const append = async (line: string) => {
    if (bytes > 0 && bytes + line.length > maxBytes) {
      await close(file)
      await putAside(path, kept)
      file = undefined
      bytes = 0
    }
    file ??= createWriteStream(path, { flags: 'a', mode: 0o600 })
    bytes += Buffer.byteLength(line)
    file.write(line)
  }
  return {
    write(line) {
      // A full disk must not end the server whose log this is.
      work = work.then(() => append(line)).catch(() => {})
    },
    async end() {
      await work
      await close(file)
    },
  }
}

async function putAside(path: string, kept: number): Promise<void> {
  await rm(`${path}.${kept}`, { force: true })
  for (let n = kept - 1; n >= 0; n -= 1) {
    await rename(n === 0 ? path : `${path}.${n}`, `${path}.${n + 1}`).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
  }
}

function close(file: WriteStream | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (file === undefined || file.destroyed) resolve()
    else file.end(() => resolve())
  })
}
