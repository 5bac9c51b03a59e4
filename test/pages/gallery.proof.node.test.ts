/** Every page for people, in a real browser, by day and by night, in three widths, with the longest content that is let in. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { findChromium } from '../auth/node/chromium.ts'
import { listen, look, walk } from '../auth/node/look.ts'
import { GALLERY, serveGallery } from './node/gallery.ts'

const chromium = findChromium()

describe.skipIf(chromium === undefined)(`every page${chromium ? '' : ' (no Chromium on this machine)'}`, () => {
  let browser: Browser
  let server: Server
  let origin: string
  let isReady = true

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const page = await serveGallery(request.url ?? '/', isReady)
      response.writeHead(page.status, Object.fromEntries(page.headers)).end(await page.text())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    browser = await puppeteer.launch({
      executablePath: chromium ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    })
  })
  afterAll(async () => {
    await browser?.close()
    server?.close()
  })

  async function open(name: string, hasScripts = true): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage()
    await page.setJavaScriptEnabled(hasScripts)
    onTestFinished(() => page.close())
    const complaints = listen(page)
    await page.goto(`${origin}/${name}`, { waitUntil: 'networkidle0' })
    return { page, complaints }
  }

  it.for(Object.keys(GALLERY))('%s fits, can be read, and shows where the keyboard is', async (name) => {
    const { page, complaints } = await open(name)

    await look(page, `gallery-${name}`)
    await walk(page)

    expect(complaints).toEqual([])
  })

  it('the front page shows every client and no dead button where scripts do not run', async () => {
    const { page } = await open('front-long', false)

    await look(page, 'gallery-front-no-scripts')

    const seen = (what: string) => page.$$eval(what, (all) => all.filter((one) => one.checkVisibility()).length)
    expect([await seen('[role=tabpanel] h3'), await seen('button')]).toEqual([10, 0])
  })

  it('the front page shows one client at a time, by mouse and by the keys of tabs', async () => {
    const { page } = await open('front')
    const visible = () => page.$$eval('[role=tabpanel]:not([hidden]) h3', (all) => all.map((one) => one.textContent))
    const shown: unknown[] = [await visible()]

    await page.click('#tab-cursor')
    for (const key of [undefined, 'ArrowRight', 'End', 'ArrowRight', 'ArrowLeft', 'Home', 'ArrowDown'] as const) {
      if (key !== undefined) await page.keyboard.press(key)
      shown.push(await visible())
    }

    expect(shown.flat()).toEqual([
      'Claude',
      'Cursor',
      'Windsurf',
      'MCP Inspector',
      'Claude',
      'MCP Inspector',
      'Claude',
      'Claude',
    ])
    expect(await page.evaluate('document.activeElement.id')).toBe('tab-claude')
  })

  it('the front page is read by keyboard in its order, with one stop for all the tabs', async () => {
    const { page } = await open('front')

    expect(await walk(page)).toEqual([
      'Ready',
      'Copy the URL',
      'Claude',
      'Open Claude',
      'Copy for Claude',
      'Sign in: your connected clients',
    ])
  })

  it('copies by keyboard, says so aloud, and is ready for the next copy, however soon', async () => {
    const { page } = await open('front')
    await browser
      .defaultBrowserContext()
      .overridePermissions(origin, ['clipboard-read', 'clipboard-write', 'clipboard-sanitized-write'])
    const said = () => page.$eval('[role=status]', (one) => one.textContent)

    await page.focus('[data-copy=url]')
    await page.keyboard.press('Enter')
    await page.waitForFunction('document.getElementById("said").textContent !== ""')
    await page.keyboard.press('Space')
    const heard = await said()

    expect(heard).toBe('Copied')
    expect(await page.$eval('[data-copy=url]', (one) => one.textContent)).toBe('Copied')
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('https://retail.example.com/mcp')
    await page.waitForFunction('document.getElementById("said").textContent === ""')
    expect(await page.$eval('[data-copy=url]', (one) => one.textContent)).toBe('Copy')
  })

  it('tells what /readyz says now, also when it is not well', async () => {
    const health = async () => {
      const { page } = await open('front')
      return page.$eval('#health', (one) => `${one.className}: ${one.textContent?.trim()}`)
    }

    expect(await health()).toBe('good: Ready')
    isReady = false
    expect(await health()).toBe('bad: Not ready: database unhealthy: unreachable')
    isReady = true
  })
})
