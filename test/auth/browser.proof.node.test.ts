/** A person with a real browser, an official client that knows only the URL, and the stack that `npm start` starts. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import puppeteer, { type Browser } from 'puppeteer-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { people } from '../../dev/demo/people.ts'
import { findFreePort } from '../../dev/stack/port.ts'
import { runScript } from '../stack/script.ts'
import { temporaryFolder } from '../stack/temporary-folder.ts'
import { findChromium } from './node/chromium.ts'
import { listen, look, walk } from './node/look.ts'
import { MemoryProvider } from './node/memory-provider.ts'

const chromium = findChromium()

// Without one it says so: `skipped: … (no Chromium on this machine)`.
describe.skipIf(chromium === undefined)(
  `signing in with a real browser${chromium ? '' : ' (no Chromium on this machine)'}`,
  () => {
    async function start(): Promise<{ url: string; browser: Browser }> {
      const port = await findFreePort()
      const data = join(await temporaryFolder(), 'data')
      const stack = runScript('start.ts', '--port', String(port), '--data', data, '--size', 'small')
      await stack.until('Stop:  Ctrl-C.')
      const browser = await puppeteer.launch({
        executablePath: chromium ?? '',
        args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
      })
      onTestFinished(async () => {
        await browser.close()
        stack.child.kill('SIGINT')
        await stack.ended
      })
      return { url: `http://localhost:${port}/mcp`, browser }
    }

    it('a client with only the URL: choose a manager, allow, ask; then see it connected and disconnect it', {
      timeout: 300_000,
    }, async () => {
      const { url, browser } = await start()
      const page = await browser.newPage()
      const complaints = listen(page)
      const landed = Promise.withResolvers<URLSearchParams>()
      const callback = createServer((request, response) => {
        const answer = new URL(request.url ?? '/', 'http://127.0.0.1')
        if (answer.pathname !== '/callback') return response.end('You may close this window.')
        landed.resolve(answer.searchParams)
        // Clients lead on from their callback: to another name of theirs, to an app.
        return response.writeHead(302, { location: `http://localhost:${portOf(callback)}/done` }).end()
      })
      await new Promise<void>((resolve) => callback.listen(0, resolve))
      const redirect = `http://127.0.0.1:${portOf(callback)}/callback`
      const provider = new MemoryProvider(redirect, async (address) => {
        await page.goto(address.href)
      })
      const connect = () => new StreamableHTTPClientTransport(new URL(url), { authProvider: provider })
      const client = new Client({ name: 'proof', version: '1' }, { versionNegotiation: { mode: 'auto' } })
      const first = connect()
      await expect(client.connect(first)).rejects.toThrow()

      await look(page, 'demo')
      expect(await walk(page)).toHaveLength(people.length)
      await Promise.all([page.waitForNavigation(), page.locator('::-p-text(Maren Solberg)').click()])
      await look(page, 'consent')
      expect(await page.$eval('main', (main) => main.textContent)).toContain(
        'Read sales, stock and customers of Zava Retail Seattle',
      )
      // By keyboard alone, in the order in which it is read.
      expect(await walk(page)).toEqual([
        'Write its own database queries about them (SQL, read-only)',
        'connected clients',
        'Allow',
        'Deny',
        'Not you? Sign in as somebody else',
      ])
      await page.focus('button[value=allow]')
      await page.keyboard.press('Enter')
      await first.finishAuth(await landed.promise)
      await page.waitForFunction('location.pathname === "/done"')
      await client.connect(connect())
      const who = await client.callTool({ name: 'whoami', arguments: {} })

      await page.goto(new URL('/connections', url).href)
      await look(page, 'connections')
      expect(await walk(page)).toEqual(['Disconnect', 'Sign out of this page'])
      await Promise.all([page.waitForNavigation(), page.locator('button::-p-text(Disconnect)').click()])
      await look(page, 'disconnected')
      const refused = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${provider.tokens()?.access_token}` },
        body: '{}',
      })
      await page.goto(new URL('/authorize?client_id=unknown', url).href)
      await look(page, 'error')
      await page.goto(new URL('/sign-in/demo?state=unknown', url).href)
      await look(page, 'start-again')
      expect(await page.$eval('main', (main) => main.textContent)).toContain('not started in this browser')
      callback.close()
      callback.closeAllConnections()

      expect(who.structuredContent).toMatchObject({ display_name: 'Maren Solberg', store_count: 1 })
      expect(refused.status).toBe(401)
      expect(complaints).toEqual([])
    })
  },
)

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}
