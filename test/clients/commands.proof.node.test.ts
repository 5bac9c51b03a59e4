import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientGuides } from '../../src/pages/clients.ts'
import { type Served, serve } from './node/served.ts'

/**
 * The commands that people are given for assistants on the command line, run as they stand. The assistants weigh 900 MB, so this
 * is run when asked for: TEST_CLIENT_COMMANDS=true. None of them has an account: what they reach is our door and our tools.
 */
const isAskedFor = process.env.TEST_CLIENT_COMMANDS === 'true'
const options = { timeout: 120_000 }

const run = promisify(execFile)
let folder: string
let served: Served

/** Runs a command of an assistant in a home of its own; returns all that it said, however it ended. */
async function say(line: string, ...more: string[]): Promise<string> {
  const [name = '', ...args] = line.split(' ')
  const env = {
    PATH: `${join(process.execPath, '..')}:${process.env.PATH ?? ''}`,
    HOME: join(folder, 'home'),
    GEMINI_CLI_TRUST_WORKSPACE: 'true',
  }
  const running = run(join(folder, 'node_modules', '.bin', name), [...args, ...more], {
    cwd: folder,
    env,
    timeout: 60_000,
  })
  // One that asks for the browser's answer gets none, and need not be waited for.
  running.child.stdin?.end()
  running.child.stdout?.on('data', (text: string) => {
    if (/authorize\?\S+\s/.test(text)) running.child.kill()
  })
  const { stdout, stderr } = await running.catch((error: { stdout?: string; stderr?: string }) => error)
  return `${stdout}${stderr}`
}

const linesOf = (id: string) => (clientGuides(served.mcpUrl.href).find((one) => one.id === id)?.code ?? '').split('\n')
const bearer = async () => `Authorization: Bearer ${await served.token('seattle')}`

describe.skipIf(!isAskedFor)('the command that people are given is taken', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zava-commands-'))
    await mkdir(join(folder, 'home'))
    for (const file of ['package.json', 'package-lock.json']) {
      await copyFile(join(import.meta.dirname, 'commands', file), join(folder, file))
    }
    await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder })
    // Puts the program for this machine, which npm has brought, in its place.
    await run(process.execPath, [join('node_modules', '@anthropic-ai', 'claude-code', 'install.cjs')], { cwd: folder })
    served = await serve()
  }, 400_000)
  afterAll(async () => {
    await served?.stop()
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  })

  it('by Claude Code, which then wants its person to sign in; with a token it is connected', options, async () => {
    const [command = ''] = linesOf('claude-code')

    expect(await say(command)).toContain(`Added HTTP MCP server zava with URL: ${served.mcpUrl.href}`)
    expect(await say('claude mcp get zava')).toMatch(/Needs authentication/i)
    await say(command.replace(' zava ', ' zava-token '), '--header', await bearer())
    expect(await say('claude mcp get zava-token')).toMatch(/Status: . Connected/)
  })

  it('by Gemini CLI; with a token it is connected', options, async () => {
    const [command = ''] = linesOf('gemini-cli')

    expect(await say(command)).toContain('MCP server "zava" added to user settings')
    await say(command.replace(' zava ', ' zava-token '), '-H', await bearer())
    expect(await say('gemini mcp list')).toMatch(/zava-token: \S+ \(http\) - Connected/)
  })

  it('by Codex, which registers with us and is sent to our sign-in', options, async () => {
    const [add = '', login = ''] = linesOf('codex')

    expect(await say(add)).toContain("Added global MCP server 'zava'")
    const said = await say(login, '--no-browser')
    const [shown = ''] = /http:\/\/\S+authorize\?\S+/.exec(said) ?? []
    const { origin, searchParams } = new URL(shown)
    expect(origin).toBe(served.publicUrl)
    expect(searchParams.get('code_challenge_method')).toBe('S256')
    expect(searchParams.get('resource')).toBe(served.mcpUrl.href)
  })
})
