/** A person with a real browser, an official client that knows only the URL, and the stack that `npm start` starts. */
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findFreePort } from '../../dev/stack/port.ts'
import { runScript } from '../stack/script.ts'
import { temporaryFolder } from '../stack/temporary-folder.ts'
import { findChromium } from './node/chromium.ts'
import { MemoryProvider } from './node/memory-provider.ts'

const chromium = findChromium()
const WIDTHS = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } } as const

// Without one it says so: `skipped: … (no Chromium on this machine)`.
describe.skipIf(chromium === undefined)(
  `signing in with a real browser${chromium ? '' : ' (no Chromium on this machine)'}`,
  () => {
    const shots = process.env.SCREENSHOTS

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
      if (shots !== undefined) await mkdir(shots, { recursive: true })
      return { url: `http://localhost:${port}/mcp`, browser }
    }

    /** Looks at a page as desktop and phone, light and dark: it fits, it is readable, and it asked nobody else. */
    async function look(page: Page, name: string): Promise<void> {
      for (const scheme of ['light', 'dark'] as const) {
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
        for (const [width, viewport] of Object.entries(WIDTHS)) {
          await page.setViewport(viewport)
          if (shots !== undefined)
            await page.screenshot({ path: join(shots, `${name}-${width}-${scheme}.png`), fullPage: true })
          const seen = await page.evaluate(MEASURE)
          expect(seen.overflow, `${name} ${width} fits`).toBe(false)
          expect(seen.worstContrast, `${name} ${scheme} contrast`).toBeGreaterThanOrEqual(4.5)
          expect(seen.unnamed, `${name} names its controls`).toEqual([])
          expect(seen.dark).toBe(scheme === 'dark')
        }
      }
    }

    it('a client with only the URL: choose a manager, allow, ask; then see it connected and disconnect it', {
      timeout: 300_000,
    }, async () => {
      const { url, browser } = await start()
      const page = await browser.newPage()
      const elsewhere: string[] = []
      const problems: string[] = []
      page.on('request', (request) => {
        const { protocol, hostname } = new URL(request.url())
        if (protocol !== 'data:' && hostname !== 'localhost' && hostname !== '127.0.0.1') elsewhere.push(request.url())
      })
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
      const landed = Promise.withResolvers<URLSearchParams>()
      const callback = createServer((request, response) => {
        response.end('You may close this window.')
        const answer = new URL(request.url ?? '/', 'http://127.0.0.1')
        if (answer.pathname === '/callback') landed.resolve(answer.searchParams)
      })
      await new Promise<void>((resolve) => callback.listen(0, '127.0.0.1', resolve))
      const redirect = `http://127.0.0.1:${(callback.address() as AddressInfo).port}/callback`
      const provider = new MemoryProvider(redirect, async (address) => {
        await page.goto(address.href)
      })
      const connect = () => new StreamableHTTPClientTransport(new URL(url), { authProvider: provider })
      const client = new Client({ name: 'proof', version: '1' }, { versionNegotiation: { mode: 'auto' } })
      const first = connect()
      await expect(client.connect(first)).rejects.toThrow()

      await look(page, 'demo')
      await Promise.all([page.waitForNavigation(), page.locator('::-p-text(Maren Solberg)').click()])
      await look(page, 'consent')
      expect(await page.$eval('main', (main) => main.textContent)).toContain(
        'Read sales, stock and customers of Zava Retail Seattle',
      )
      // By keyboard alone: the focus reaches the button.
      await page.focus('button[value=allow]')
      await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
      await first.finishAuth(await landed.promise)
      await client.connect(connect())
      const who = await client.callTool({ name: 'whoami', arguments: {} })

      await page.goto(new URL('/connections', url).href)
      await look(page, 'connections')
      await Promise.all([page.waitForNavigation(), page.locator('button::-p-text(Disconnect)').click()])
      await look(page, 'disconnected')
      const refused = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${provider.tokens()?.access_token}` },
        body: '{}',
      })
      await page.goto(new URL('/authorize?client_id=unknown', url).href)
      await look(page, 'error')
      callback.close()
      callback.closeAllConnections()

      expect(who.structuredContent).toMatchObject({ display_name: 'Maren Solberg', store_count: 1 })
      expect(refused.status).toBe(401)
      expect(elsewhere).toEqual([])
      expect(problems.filter((text) => !/400|favicon|404/.test(text))).toEqual([])
    })
  },
)

/** Runs in the page: horizontal overflow, the lowest text contrast (WCAG 2.2), controls without a name, the scheme. */
const MEASURE = `(() => {
  const channels = (text) => (text.match(/[\\d.]+/g) || []).map(Number)
  const luminance = ([r, g, b]) => [r, g, b].map((c) => { const v = c / 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 })
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0)
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor)
      if (color.length === 3 || color[3] > 0) return color
    }
    return [255, 255, 255]
  }
  let worst = 21
  for (const element of document.querySelectorAll('main *')) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '')
    if (!hasText || element.closest('[aria-hidden]')) continue
    const [a, b] = [luminance(channels(getComputedStyle(element).color)), luminance(ground(element))].sort((x, y) => y - x)
    worst = Math.min(worst, (a + 0.05) / (b + 0.05))
  }
  const unnamed = [...document.querySelectorAll('button, a, input:not([type=hidden])')]
    .filter((one) => !(one.textContent.trim() || one.labels?.[0]?.textContent.trim())).map((one) => one.outerHTML)
  return {
    overflow: document.documentElement.scrollWidth > document.documentElement.clientWidth,
    worstContrast: worst,
    unnamed,
    dark: luminance(ground(document.querySelector('main'))) < 0.2,
  }
})()` as unknown as () => { overflow: boolean; worstContrast: number; unnamed: string[]; dark: boolean }
