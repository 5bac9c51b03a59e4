import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client as NewClient, StreamableHTTPClientTransport as NewTransport } from '@modelcontextprotocol/client'
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { CfWorkerJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/cfworker-provider.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Served, serve } from './node/served.ts'

/**
 * Every client that runs without an account, against the whole Worker. They are installed here, without scripts, from the lock
 * file beside this test, so that nobody else waits for them.
 */
const run = promisify(execFile)
const FILES = ['package.json', 'package-lock.json']

let folder: string
let served: Served

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zava-clients-'))
  for (const file of FILES) await copyFile(join(import.meta.dirname, file), join(folder, file))
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    shell: process.platform === 'win32',
  })
  served = await serve()
}, 300_000)
afterAll(async () => {
  await served?.stop()
  await rm(folder, { recursive: true, force: true })
})

const options = { timeout: 90_000 }
const bearer = async () => `Bearer ${await served.token('seattle')}`
const headers = async () => ({ requestInit: { headers: { authorization: await bearer() } } })
const isSeattle = (answer: unknown) => expect(JSON.stringify(answer)).toContain('Seattle')

describe('driven against the whole Worker', () => {
  it('the official client, 2.x, newest revision', options, async () => {
    const client = new NewClient({ name: 'new', version: '1' }, { versionNegotiation: { mode: 'auto' } })
    await client.connect(new NewTransport(served.mcpUrl, await headers()))

    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('execute_sales_query')
    isSeattle(await client.callTool({ name: 'whoami', arguments: {} }))
    await client.close()
  })

  it('the official client, 1.x, 2025-11-25', options, async () => {
    const client = new OldClient(
      { name: 'old', version: '1' },
      { jsonSchemaValidator: new CfWorkerJsonSchemaValidator() },
    )
    await client.connect(new OldTransport(served.mcpUrl, await headers()))

    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('execute_sales_query')
    isSeattle(await client.callTool({ name: 'whoami', arguments: {} }))
    await client.close()
  })

  it('mcp-remote, for clients that only start programs', options, async () => {
    const proxy = join(folder, 'node_modules', 'mcp-remote', 'dist', 'proxy.js')
    const client = new OldClient({ name: 'stdio', version: '1' })
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [
        proxy,
        served.mcpUrl.href,
        '--allow-http',
        '--transport',
        'http-only',
        '--header',
        `Authorization:${await bearer()}`,
      ],
      env: { MCP_REMOTE_CONFIG_DIR: folder, HOME: folder, PATH: process.env.PATH ?? '' },
      stderr: 'ignore',
    })
    await client.connect(transport)

    expect((await client.listTools()).tools.length).toBeGreaterThan(3)
    isSeattle(await client.callTool({ name: 'whoami', arguments: {} }))
    await client.close()
  })

  it('MCP Inspector, on the command line', options, async () => {
    const cli = join(folder, 'node_modules', '.bin', 'mcp-inspector')
    const inspect = async (...args: string[]) => {
      const all = [
        '--cli',
        served.mcpUrl.href,
        '--transport',
        'http',
        '--header',
        `Authorization: ${await bearer()}`,
        ...args,
      ]
      const { stdout } = await run(cli, all, { cwd: folder, env: { ...process.env, HOME: folder } })
      return stdout
    }

    expect(await inspect('--method', 'tools/list')).toContain('execute_sales_query')
    isSeattle(await inspect('--method', 'tools/call', '--tool-name', 'whoami'))
  })

  it('an agents framework: the AI SDK’s MCP client', options, async () => {
    const script = join(folder, 'agent.mjs')
    await writeFile(
      script,
      `import { experimental_createMCPClient, createMCPClient } from '@ai-sdk/mcp'
       const open = createMCPClient ?? experimental_createMCPClient
       const client = await open({ transport: { type: 'http', url: process.env.URL, headers: { Authorization: process.env.BEARER } } })
       const tools = await client.tools()
       const answer = await tools.whoami.execute({}, { toolCallId: '1', messages: [] })
       console.log(JSON.stringify({ names: Object.keys(tools), answer }))
       await client.close()`,
    )
    const { stdout } = await run(process.execPath, [script], {
      cwd: folder,
      env: { ...process.env, URL: served.mcpUrl.href, BEARER: await bearer() },
    })

    expect(JSON.parse(stdout).names).toContain('execute_sales_query')
    isSeattle(stdout)
  })
})
