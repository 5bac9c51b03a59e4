import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openRotatingLog } from '../../dev/stack/rotating-log.ts'
import { temporaryFolder } from './temporary-folder.ts'

it('a log that has grown is put aside; two older ones stay, no line is cut or lost in between', async () => {
  const folder = await temporaryFolder()
  const log = openRotatingLog({ path: join(folder, 'mcp_server.log'), maxBytes: 50 })

  for (let n = 1; n <= 12; n += 1) log.write(`{"line":${n},"pad":"x"}\n`)
  await log.end()

  const files = (await readdir(folder)).sort()
  expect(files).toEqual(['mcp_server.log', 'mcp_server.log.1', 'mcp_server.log.2'])
  const lines = (await Promise.all(files.reverse().map((name) => readFile(join(folder, name), 'utf8')))).join('')
  expect(
    lines
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { line: number }).line),
  ).toEqual([7, 8, 9, 10, 11, 12])
})

it('a new start begins a new file and keeps the last one', async () => {
  const folder = await temporaryFolder()
  const path = join(folder, 'mcp_server.log')
  for (const run of ['first', 'second']) {
    const log = openRotatingLog({ path })
    log.write(`${run}\n`)
    await log.end()
  }

  expect(await readFile(path, 'utf8')).toBe('second\n')
  expect(await readFile(`${path}.1`, 'utf8')).toBe('first\n')
  expect((await stat(path)).mode & 0o077).toBe(0)
})
