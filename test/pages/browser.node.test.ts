import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { landingPage } from '../../src/pages/landing.ts'

const CHROMIUM = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
)
/** Pictures to be looked at land there when it is set. */
const PICTURES = process.env.SCREENSHOTS
const SIZES = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 900 } } as const

describe.skipIf(CHROMIUM === undefined)('the front page in Chromium (skipped where none is installed)', () => {
  let browser: Browser
  let server: Server
  let origin: string
  let isReady = true

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      if (request.url === '/readyz') {
        response.writeHead(isReady ? 200 : 503, { 'content-type': 'application/json' })
        response.end(
          JSON.stringify({ database: isReady ? 'healthy' : 'unhealthy: unreachable', ai_service: 'healthy' }),
        )
        return
      }
      const page = await landingPage({ publicUrl: origin })
      response.writeHead(page.status, Object.fromEntries(page.headers)).end(await page.text())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    browser = await puppeteer.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox', '--disable-gpu'] })
  })
  afterAll(async () => {
    await browser?.close()
    server?.close()
  })

  async function open(
    size: keyof typeof SIZES,
    scheme: 'light' | 'dark',
  ): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage()
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on(
      'request',
      (one) => !one.url().startsWith(origin) && !one.url().startsWith('data:') && complaints.push(one.url()),
    )
    await page.setViewport(SIZES[size])
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
    await page.goto(origin, { waitUntil: 'networkidle0' })
    if (PICTURES !== undefined) {
      await mkdir(PICTURES, { recursive: true })
      await page.screenshot({ path: join(PICTURES, `landing-${size}-${scheme}.png`), fullPage: true })
    }
    return { page, complaints }
  }

  it.for([
    ['phone', 'light'],
    ['phone', 'dark'],
    ['desktop', 'light'],
    ['desktop', 'dark'],
  ] as const)(
    'fits a %s in %s colours, without a complaint of the browser or a request to elsewhere',
    async ([size, scheme]) => {
      const { page, complaints } = await open(size, scheme)
      const { width, ground } = await page.$eval('body', (body) => ({
        width: body.ownerDocument.documentElement.scrollWidth,
        ground: String(body.ownerDocument.defaultView?.getComputedStyle(body).backgroundColor),
      }))

      expect(complaints).toEqual([])
      expect(width).toBeLessThanOrEqual(SIZES[size].width)
      expect(ground).toBe(scheme === 'dark' ? 'rgb(16, 21, 28)' : 'rgb(242, 244, 247)')
      await page.close()
    },
  )

  it('shows one client at a time, by mouse and by arrow keys', async () => {
    const { page } = await open('desktop', 'light')
    const visible = () => page.$$eval('[role=tabpanel]:not([hidden]) h3', (all) => all.map((one) => one.textContent))

    expect(await visible()).toEqual(['Claude'])
    await page.click('#tab-cursor')
    expect(await visible()).toEqual(['Cursor'])
    await page.keyboard.press('ArrowRight')
    expect(await visible()).toEqual(['Windsurf'])
    await page.close()
  })

  it('tells what /readyz says now, also when it is not well', async () => {
    const health = async () => {
      const { page } = await open('desktop', 'light')
      const text = await page.$eval('#health', (one) => `${one.className}: ${one.textContent?.trim()}`)
      await page.close()
      return text
    }

    expect(await health()).toBe('good: Ready')
    isReady = false
    expect(await health()).toBe('bad: Not ready: database unhealthy: unreachable')
    isReady = true
  })

  it('copies the URL', async () => {
    const { page } = await open('desktop', 'light')
    await browser
      .defaultBrowserContext()
      .overridePermissions(origin, ['clipboard-read', 'clipboard-write', 'clipboard-sanitized-write'])
    await page.click('[data-copy=url]')

    expect(await page.$eval('[data-copy=url]', (one) => one.textContent)).toMatch(/Copied|Selected/)
    await page.close()
  })
})
