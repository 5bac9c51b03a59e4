import { chmod, rename, writeFile } from 'node:fs/promises'

/** Writes a file whole or not at all, readable by this user of the machine only. */
export async function writePrivately(path: string, text: string): Promise<void> {
  const next = `${path}.${process.pid}.new`
  await writeFile(next, text, { mode: 0o600 })
  // The mode above counts only for a file that did not exist.
  await chmod(next, 0o600)
  await rename(next, path)
}
