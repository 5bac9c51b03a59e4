/** `npm run connections` and the limits of the sign-in, against the stack that `npm start` starts. */
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findFreePort } from '../../dev/stack/port.ts'
import { ROOT } from '../conformance/node/paths.ts'
import { runScript } from '../stack/script.ts'
import { temporaryFolder } from '../stack/temporary-folder.ts'
import { MemoryProvider } from './node/memory-provider.ts'
import { allowAsManager } from './node/plain-browser.ts'

async function run(script: string, args: readonly string[], env: Record<string, string> = {}) {
  const { npm_lifecycle_event: _, ZAVA_TOKEN: _token, ...own } = process.env
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, script), ...args], {
      cwd: ROOT,
      env: { ...own, ...env },
    })
    return { code: 0, output: stdout }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, output: stdout + stderr }
  }
}

async function startStack() {
  const port = await findFreePort()
  const data = join(await temporaryFolder(), 'data')
  const stack = runScript('start.ts', '--port', String(port), '--data', data, '--size', 'small')
  onTestFinished(async () => {
    stack.child.kill('SIGINT')
    await stack.ended
  })
  await stack.until('Stop:  Ctrl-C.')
  const url = `http://localhost:${port}`
  const tokenOf = async (who: string) => (await run('dev/token.ts', [who, '--data', data])).output.trim()
  return {
    url,
    connections: async (who: string, ...args: string[]) =>
      run('ops/connections.ts', [...args, '--url', url], { ZAVA_TOKEN: await tokenOf(who) }),
  }
}

/** An official client whose person allows it as Maren Solberg; every `connect` asks her anew. */
async function startClient(url: string) {
  const answers: URLSearchParams[] = []
  const callback = createServer((request, response) => {
    response.end('You may close this window.')
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
    if (pathname === '/callback') answers.push(searchParams)
  })
  await new Promise<void>((resolve) => callback.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    callback.closeAllConnections()
    callback.close()
  })
  const redirect = `http://127.0.0.1:${(callback.address() as AddressInfo).port}/callback`
  const provider = new MemoryProvider(redirect, (address) => allowAsManager(address.href, 'Maren Solberg'))
  return {
    provider,
    async connect() {
      const client = new Client({ name: 'proof', version: '1' }, { versionNegotiation: { mode: 'auto' } })
      const transport = () => new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { authProvider: provider })
      const first = transport()
      await expect(client.connect(first)).rejects.toThrow()
      await first.finishAuth(answers.at(-1) ?? new URLSearchParams())
      await client.connect(transport())
      return client
    },
  }
}

/** Speaks the older era by hand. */
async function post(url: string, token: string, body: object, session?: string) {
  const response = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(session === undefined ? {} : { 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...body }),
  })
  await response.text()
  return response
}

const INITIALIZE = {
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
}

describe('npm run connections', { timeout: 400_000 }, () => {
  it('lists one’s clients and disconnects one, whose tokens and sessions are over within a minute', async () => {
    const { url, connections } = await startStack()
    const { provider, connect } = await startClient(url)
    const client = await connect()
    const before = provider.tokens()
    const session = (await post(url, before?.access_token ?? '', INITIALIZE)).headers.get('mcp-session-id') ?? ''
    const alive = await post(url, before?.access_token ?? '', { method: 'tools/list' }, session)

    const list = await connections('seattle')
    const foreign = await connections('redmond')
    const id = /^([\w-]{16}) /m.exec(list.output)?.[1] ?? ''
    const foreignTry = await connections('redmond', 'disconnect', id)
    const started = Date.now()
    const gone = await connections('seattle', 'disconnect', id)
    const call = await client.callTool({ name: 'whoami', arguments: {} }).catch((error: unknown) => error)
    const refused = await post(url, before?.access_token ?? '', { method: 'tools/list' }, session)
    const refresh = await fetch(`${url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: provider.clientInformation()?.client_id ?? '',
        refresh_token: before?.refresh_token ?? '',
      }),
    })
    // The same client, allowed once more, has a right to the same session's name: it is not there any more.
    provider.forgetTokens()
    await connect()
    const askAgain = () => post(url, provider.tokens()?.access_token ?? '', { method: 'tools/list' }, session)
    let ended = await askAgain()
    while (ended.status === 200 && Date.now() - started < 60_000) {
      await sleep(500)
      ended = await askAgain()
    }
    const took = Date.now() - started
    const again = await connections('seattle', 'disconnect', id)

    expect(alive.status).toBe(200)
    expect(list.output).toMatch(/^[\w-]{16} +Browser proof +127\.0\.0\.1:\d+ +retail:read, retail:sql +20\d\d-/m)
    expect(foreign).toEqual({ code: 0, output: 'No client is connected.\n' })
    expect([foreignTry.code, foreignTry.output]).toEqual([1, expect.stringContaining('There is no such client.')])
    expect(gone.output).toMatch(/^Disconnected\. .*\nNo client is connected\.\n$/)
    expect(call).toBeInstanceOf(Error)
    expect([refused.status, refresh.status, ended.status]).toEqual([401, 400, 404])
    expect(took).toBeLessThan(60_000)
    expect([again.code, again.output]).toEqual([1, expect.stringContaining('There is no such client.')])

    const unnamed = await connections('seattle', 'disconnect')
    const unknown = await connections('seattle', 'erase')
    const nobody = await run('ops/connections.ts', ['--url', url], { ZAVA_TOKEN: '' })
    const unread = await run('ops/connections.ts', ['--url', 'http://retail.example.com'], { ZAVA_TOKEN: 'x' })
    const alone = await run('ops/connections.ts', ['--url', 'http://127.0.0.1:9'])
    const forged = await run('ops/connections.ts', ['--url', url], { ZAVA_TOKEN: before?.access_token ?? '' })
    const nowhere = await run('ops/connections.ts', ['--url', 'http://127.0.0.1:9'], { ZAVA_TOKEN: 'x' })

    const all = [unnamed, unknown, nobody, unread, alone, forged, nowhere]
    expect(all.map(({ code }) => code)).toEqual(all.map(() => 1))
    expect(unnamed.output).toContain('Say which')
    expect(unknown.output).toContain('is not one of list, disconnect')
    expect(nobody.output).toContain('ZAVA_TOKEN is empty')
    expect(unread.output).toContain('must be an https address')
    expect(alone.output).toContain('Nothing answers at')
    expect(forged.output).toContain('token of the company’s issuer')
    expect(nowhere.output).toContain('Nothing answers at')
  })
})

describe('the limits of wrangler.toml', { timeout: 400_000 }, () => {
  it('stop a flood of registrations, and one of requests for tokens, with 429', async () => {
    const { url } = await startStack()
    const register = async () => {
      const response = await fetch(`${url}/oauth/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ client_name: 'Flood', redirect_uris: ['http://127.0.0.1/callback'] }),
      })
      await response.text()
      return response
    }
    const ask = async () => {
      const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'x', refresh_token: 'x' })
      const response = await fetch(`${url}/oauth/token`, { method: 'POST', body })
      await response.text()
      return response
    }

    const registrations = await Promise.all(Array.from({ length: 70 }, register))
    const requests = await Promise.all(Array.from({ length: 620 }, ask))

    // A minute of the limit may end while they come.
    const allowed = registrations.filter(({ status }) => status === 201)
    expect(allowed.length).toBeGreaterThanOrEqual(30)
    expect(allowed.length).toBeLessThanOrEqual(60)
    expect(registrations.filter(({ status }) => status === 429)).toHaveLength(70 - allowed.length)
    expect(registrations.find(({ status }) => status === 429)?.headers.get('retry-after')).toBe('60')
    const heard = requests.filter(({ status }) => status === 400)
    expect(heard.length).toBeGreaterThanOrEqual(300)
    expect(heard.length).toBeLessThanOrEqual(600)
    expect(requests.filter(({ status }) => status === 429)).toHaveLength(620 - heard.length)
  })
})
