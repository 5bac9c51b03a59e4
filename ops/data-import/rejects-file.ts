import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import type { RefusedLine } from './import-file.ts'
import { readLines } from './source-file.ts'

/**
 * Writes the lines that were not loaded as they stood in the file, with line, column and reason before them, so that they can be
 * mended and imported again.
 */
export async function writeRejects(
  path: string,
  to: string,
  refused: readonly RefusedLine[],
  encoding: string,
): Promise<void> {
  const reasons = new Map(refused.map((one) => [one.line, one]))
  const out = createWriteStream(to, { mode: 0o600 })
  const write = async (fields: readonly string[]) => {
    if (!out.write(`${fields.map(quoted).join(',')}\n`)) await once(out, 'drain')
  }
  let isHeading = true
  for await (const batch of readLines(path, { encoding })) {
    for (const { line, fields } of batch) {
      const reason = reasons.get(line)
      if (isHeading) await write(['rejected_line', 'rejected_column', 'rejected_because', ...fields])
      else if (reason !== undefined) await write([String(line), reason.field, reason.reason, ...fields])
      isHeading = false
    }
  }
  out.end()
  await once(out, 'close')
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
