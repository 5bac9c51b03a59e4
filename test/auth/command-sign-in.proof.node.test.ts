/** `npm run connections` without a token: a person with a real browser, and a web page or program that meddles. */
import { request } from 'node:http'
import { join } from 'node:path'
import puppeteer from 'puppeteer-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findFreePort } from '../../dev/stack/port.ts'
import { runScript, type Script } from '../stack/script.ts'
import { temporaryFolder } from '../stack/temporary-folder.ts'
import { findChromium } from './node/chromium.ts'
import { listen, look, walk } from './node/look.ts'

const chromium = findChromium()

/** The address that the command has printed, and what the page must show. */
async function addressOf(command: Script): Promise<{ address: URL; check: string }> {
  await command.until('state=')
  await command.until('\n\n')
  const [, check = ''] = /must show ([0-9a-f]{8}):/.exec(command.output()) ?? []
  return { address: new URL(/http\S+state=\S+/.exec(command.output())?.[0] ?? ''), check }
}

/** Knocks at the port where the command listens; returns the status. */
function knock(port: string, path: string, options: { method?: string; host?: string } = {}): Promise<number> {
  const { method = 'GET', host = `127.0.0.1:${port}` } = options
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}

describe.skipIf(chromium === undefined)(
  `signing in to a command${chromium ? '' : ' (no Chromium on this machine)'}`,
  { timeout: 300_000 },
  () => {
    it('allows it in the browser, by keyboard; says no; and nobody else can answer for the person', async () => {
      const port = await findFreePort()
      const data = join(await temporaryFolder(), 'data')
      const stack = runScript('start.ts', '--port', String(port), '--data', data, '--size', 'small')
      await stack.until('Stop:  Ctrl-C.')
      const url = `http://localhost:${port}`
      const browser = await puppeteer.launch({
        executablePath: chromium ?? '',
        args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
      })
      onTestFinished(async () => {
        await browser.close()
        stack.child.kill('SIGINT')
        await stack.ended
      })
      const page = await browser.newPage()
      const complaints = listen(page)
      const start = () => runScript('../ops/connections.ts', '--url', url)

      const first = start()
      const { address, check } = await addressOf(first)
      const { port: listening = '', state = '' } = Object.fromEntries(address.searchParams)
      const meddled = [
        await knock(listening, '/?code=x&state=guessed'),
        await knock(listening, `/?code=x&state=${state}`, { host: `rebound.example:${listening}` }),
        await knock(listening, `/?code=x&state=${state}`, { method: 'POST' }),
        await knock(listening, '//'),
        await knock(listening, `/elsewhere?code=x&state=${state}`),
      ]
      await page.goto(address.href)
      await Promise.all([page.waitForNavigation(), page.locator('::-p-text(Maren Solberg)').click()])
      await look(page, 'command')
      const shown = await page.$eval('main', (main) => String(main.textContent))
      const order = await walk(page)
      await page.focus('button[value=allow]')
      await page.keyboard.press('Enter')
      const code = await first.ended
      await page.waitForFunction('location.port !== "" && document.body.textContent.includes("Done.")')
      const outside = await knock(listening, `/?code=x&state=${state}`).catch(() => 'nobody listens')

      const second = start()
      await page.goto((await addressOf(second)).address.href)
      await page.locator('button[value=deny]').click()
      const denied = await second.ended

      expect(meddled).toEqual([404, 404, 404, 404, 404])
      expect(shown).toContain(check)
      expect(order).toEqual(['Allow', 'Deny', 'Not you? Sign in as somebody else'])
      expect([code, outside, denied]).toEqual([0, 'nobody listens', 1])
      expect(first.output()).toContain('Signed in as Maren Solberg.\nNo client is connected.')
      expect(second.output()).toContain('You said no in the browser.')
      expect(complaints).toEqual([])
    })
  },
)
