/** The life of a local stack, as `npm start`, `npm run demo` and `npm run token` drive it. */
import { execFile, spawnSync } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findFreePort } from '../../dev/stack/port.ts'
import { runScript, type Script, timed } from './script.ts'
import { temporaryFolder } from './temporary-folder.ts'

const READY = 'Stop:  Ctrl-C.'
const FIRST_START_MS = 60_000
const LATER_START_MS = 15_000
const STOP_MS = 3_000

async function stop(script: Script, signal: NodeJS.Signals = 'SIGINT'): Promise<number> {
  return timed(async () => {
    script.child.kill(signal)
    expect(await script.ended).toBe(0)
  })
}

const hasCurl = process.platform !== 'win32' && spawnSync('curl', ['--version']).status === 0

/** Asks who the manager is, with the command that the welcome shows. */
async function runShownCurl(script: Script): Promise<unknown> {
  const command = /^ {2}(curl -s[\s\S]*?)\n\n/m.exec(script.output())?.[1]
  if (command === undefined) throw new Error('no curl command is shown')
  const { stdout } = await promisify(execFile)('sh', ['-c', command])
  return JSON.parse(stdout)
}

let kept: string
let loaded: Promise<string> | undefined
beforeAll(async () => {
  kept = await mkdtemp(join(tmpdir(), 'zava-loaded-'))
})
afterAll(() => rm(kept, { recursive: true, force: true }))

/** A data folder of a test's own as a first start and a stop leave it, for the tests that are not about loading. */
async function loadedFolder(): Promise<string> {
  loaded ??= load(join(kept, 'data'))
  const folder = join(await temporaryFolder(), 'data')
  await cp(await loaded, folder, { recursive: true })
  return folder
}

async function load(folder: string): Promise<string> {
  const stack = runScript('start.ts', '--port', String(await findFreePort()), '--data', folder, '--size', 'small')
  await stack.until(READY)
  await stop(stack)
  return folder
}

async function isAnswering(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/healthz`).then(
    () => true,
    () => false,
  )
}

describe('a local stack', () => {
  test('starts, refuses a second one, stops in time, and keeps its data', { timeout: 180_000 }, async () => {
    const folder = join(await temporaryFolder(), 'data')
    const port = await findFreePort()
    const args = ['--port', String(port), '--data', folder]

    const first = runScript('start.ts', ...args, '--size', 'small')
    expect(await timed(() => first.until(READY))).toBeLessThan(FIRST_START_MS)
    expect(first.output()).toContain(`MCP server: http://localhost:${port}/mcp`)
    expect(first.output()).toContain(`npm run token -- seattle --data ${folder}`)
    expect(await runShownCurl(first)).toMatchObject({
      result: { structuredContent: { display_name: 'Maren Solberg' } },
    })

    const second = runScript('start.ts', '--port', String(await findFreePort()), '--data', folder)
    expect(await second.ended).toBe(1)
    expect(second.output()).toMatch(/^The data in .* is in use: a stack runs on it already, at .*\nUse that one, .*\n$/)

    const other = runScript('start.ts', '--port', String(port), '--data', join(folder, 'other'))
    expect(await other.ended).toBe(1)
    expect(other.output()).toBe(
      `Port ${port} is busy: another program listens on it.\nChoose another: npm start -- --port ${port + 1}\n`,
    )

    expect(await stop(first)).toBeLessThan(STOP_MS)
    expect(first.output()).toContain(`Stopped. Your data is kept in ${folder}.`)
    expect(await isAnswering(port)).toBe(false)

    const again = runScript('start.ts', ...args)
    expect(await timed(() => again.until(READY))).toBeLessThan(LATER_START_MS)
    expect(again.output()).not.toContain('orders loaded')

    const demo = runScript('demo.ts', '--data', folder)
    expect(await demo.ended, demo.output()).toBe(0)
    expect(demo.output()).toContain(`Using the stack that runs at http://localhost:${port}`)
    expect(demo.output()).toMatch(/All \d+ checks are true\./)
    expect(await isAnswering(port)).toBe(true)

    expect(await stop(again, 'SIGTERM')).toBeLessThan(STOP_MS)
  })

  test.skipIf(!hasCurl)('answers the curl command that it shows', { timeout: 120_000 }, async () => {
    const folder = await loadedFolder()
    const stack = runScript('start.ts', '--port', String(await findFreePort()), '--data', folder, '--size', 'small')
    await stack.until(READY)

    expect(await runShownCurl(stack)).toMatchObject({
      result: { structuredContent: { display_name: 'Maren Solberg', store_count: 1 } },
    })
    await stop(stack)
  })

  test('keeps secrets out of its output, its log and its arguments', { timeout: 120_000 }, async () => {
    const folder = await loadedFolder()
    const stack = runScript('start.ts', '--port', String(await findFreePort()), '--data', folder, '--size', 'small')
    await stack.until(READY)

    const secrets = JSON.parse(await readFile(join(folder, 'secrets.json'), 'utf8')) as Record<string, string>
    const shown = [stack.output(), await readFile(join(folder, 'mcp_server.log'), 'utf8'), await readArguments()].join(
      '\n',
    )

    expect(Object.keys(secrets)).toHaveLength(3)
    for (const secret of Object.values(secrets)) expect(shown).not.toContain(secret)
    await stop(stack)
  })

  test.runIf(process.platform === 'linux')(
    'opens no door to a debugger, which would let in a page of any site',
    { timeout: 120_000 },
    async () => {
      const folder = await loadedFolder()
      const stack = runScript('start.ts', '--port', String(await findFreePort()), '--data', folder, '--size', 'small')
      await stack.until(READY)

      const runtimes = (await argumentsBelow(stack.child.pid ?? 0)).filter((text) => text.includes('workerd'))

      expect(runtimes).not.toHaveLength(0)
      expect(runtimes.filter((text) => text.includes('inspector'))).toEqual([])
      await stop(stack)
    },
  )

  test('says that the data is damaged, and starts afresh when told to', { timeout: 180_000 }, async () => {
    const folder = await loadedFolder()
    const args = ['--port', String(await findFreePort()), '--data', folder]
    await writeFile(join(folder, 'database', 'postgres', 'global', 'pg_control'), 'garbage')

    const refused = runScript('start.ts', ...args)
    expect(await refused.ended).toBe(1)
    expect(refused.output()).toBe(
      `The data in ${folder} is damaged and cannot be opened.\nStart afresh, without what is in that folder: npm start -- --reset --data ${folder}\n`,
    )

    const afresh = runScript('start.ts', ...args, '--reset', '--size', 'small')
    await afresh.until(READY)
    expect(afresh.output()).toContain('orders loaded')
    await stop(afresh)
  })

  test('ends with its database, and says so', { timeout: 120_000 }, async () => {
    const folder = await loadedFolder()
    const port = await findFreePort()
    const stack = runScript('start.ts', '--port', String(port), '--data', folder, '--size', 'small')
    await stack.until(READY)
    const { pid } = JSON.parse(await readFile(join(folder, 'database', 'lock'), 'utf8')) as { pid: number }

    process.kill(pid, 'SIGKILL')

    expect(await stack.ended).toBe(1)
    expect(stack.output()).toContain('The local database ended unexpectedly.')
    expect(await isAnswering(port)).toBe(false)
  })

  test('leaves nothing behind when it is killed, and comes up again', { timeout: 180_000 }, async () => {
    const folder = await loadedFolder()
    const port = await findFreePort()
    const args = ['--port', String(port), '--data', folder, '--size', 'small']
    const killed = runScript('start.ts', ...args)
    await killed.until(READY)

    killed.child.kill('SIGKILL')
    await killed.ended
    await expect.poll(() => isAnswering(port), { timeout: STOP_MS }).toBe(false)

    const again = runScript('start.ts', ...args)
    await again.until(READY)
    expect(again.output()).not.toContain('orders loaded')
    await stop(again)
  })

  test('stops while it loads, and loads again', { timeout: 180_000 }, async () => {
    const folder = join(await temporaryFolder(), 'data')
    const args = ['--port', String(await findFreePort()), '--data', folder, '--size', 'full']
    const interrupted = runScript('start.ts', ...args)
    await interrupted.until('25 %')

    const milliseconds = await timed(async () => {
      interrupted.child.kill('SIGINT')
      expect(await interrupted.ended).toBe(130)
    })

    expect(milliseconds).toBeLessThan(STOP_MS)
    expect(interrupted.output()).toContain('Stopped before it was ready.')
    const again = runScript('start.ts', ...args)
    expect(await timed(() => again.until(READY))).toBeLessThan(FIRST_START_MS)
    expect(again.output()).toMatch(/full, 2\d\d,\d{3} orders loaded/)
    await stop(again)
  })
})

/** The arguments of every process that this one has started, and those that they have. */
async function argumentsBelow(parent: number): Promise<string[]> {
  const own = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8').catch(() => '')
  const children = own.split(' ').filter((id) => id !== '')
  const texts = children.map(async (id) => [
    await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => ''),
    ...(await argumentsBelow(Number(id))),
  ])
  return (await Promise.all(texts)).flat()
}

/** The arguments of every process, where the system shows them; empty elsewhere. */
async function readArguments(): Promise<string> {
  const ids = await readdir('/proc').catch(() => [])
  const texts = ids
    .filter((id) => /^\d+$/.test(id))
    .map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => ''))
  return (await Promise.all(texts)).join('\n')
}
