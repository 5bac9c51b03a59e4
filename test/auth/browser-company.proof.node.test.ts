/** A real browser at the company's issuer: who gets in, who is told what, and what a client looks like that tries hard. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import puppeteer, { type Page } from 'puppeteer-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { consentPage } from '../../src/pages/consent.ts'
import { startWholeStack } from '../proof/node/worker.ts'
import { readStack } from '../support/stack-variables.ts'
import { findChromium } from './node/chromium.ts'
import { listen, look, walk } from './node/look.ts'

const chromium = findChromium()

/** A green square of 2 × 2 pixels. */
const LOGO =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR42mOQqvcGIgYIBQAYOgORw52LFAAAAABJRU5ErkJggg=='

/** Runs in the page: a picture that is broken has a size all the same, which stands in its head. */
const FIRST_PIXEL = `(() => {
  const canvas = document.createElement('canvas').getContext('2d')
  canvas.drawImage(document.querySelector('img'), 0, 0)
  return [...canvas.getImageData(0, 0, 1, 1).data]
})()`

async function openPage(): Promise<{ page: Page; complaints: string[] }> {
  const browser = await puppeteer.launch({
    executablePath: chromium ?? '',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  })
  onTestFinished(() => browser.close())
  const page = await browser.newPage()
  return { page, complaints: listen(page) }
}

const textOf = (page: Page) => page.$eval('main', (main) => String(main.textContent).replace(/\s+/g, ' '))

describe.skipIf(chromium === undefined)(
  `pages in a real browser${chromium ? '' : ' (no Chromium on this machine)'}`,
  { timeout: 300_000 },
  () => {
    it('the company’s sign-in: a manager consents, head office sees more, a stranger and a forged answer get a page', async () => {
      const { engines, bindings } = readStack(process.env)
      const [engine] = engines
      if (engine === undefined) throw new Error('no engine')
      const { CONTEXT_KEY_ID: id = '', CONTEXT_KEY: hex = '' } = bindings
      const stack = await startWholeStack({ ...engine, key: { id, hex } })
      onTestFinished(() => stack.stop())
      const registered = await fetch(`${stack.url}/oauth/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          client_name: 'Quarterly Planning Assistant of the Northwest Region, Release Candidate Two',
          redirect_uris: ['https://assistant.a-rather-long-host-name-for-a-planning-tool.example/oauth/callback'],
          token_endpoint_auth_method: 'none',
        }),
      })
      const { client_id, redirect_uris } = (await registered.json()) as { client_id: string; redirect_uris: string[] }
      const authorize = new URL('/authorize', stack.url)
      authorize.search = new URLSearchParams({
        response_type: 'code',
        client_id,
        redirect_uri: redirect_uris[0] ?? '',
        code_challenge: 'x'.repeat(43),
        code_challenge_method: 'S256',
        scope: 'retail:read retail:sql ops:read',
      }).toString()

      /** Signs in as somebody in a browser of their own. */
      const visit = async (as: object) => {
        const { page, complaints } = await openPage()
        await page.setExtraHTTPHeaders({ 'x-sign-in-as': encodeURIComponent(JSON.stringify(as)) })
        await page.goto(authorize.href)
        return { page, complaints }
      }
      const email = (name: string) => ({ email: `${name}@zava.example`, email_verified: true })

      const maren = await visit({ sub: 'maren', claims: email('seattle') })
      await look(maren.page, 'company-consent')
      const office = await visit({ sub: 'boss', claims: email('head-office') })
      await look(office.page, 'company-head-office')
      const order = await walk(office.page)
      await Promise.all([
        office.page.waitForResponse((response) => response.url().startsWith(bindings.OIDC_ISSUER ?? 'nowhere')),
        office.page.locator('button::-p-text(Not you?)').click(),
      ])
      await office.page.waitForSelector('button[value=allow]')
      const stranger = await visit({ sub: 'x', claims: email('stranger') })
      await look(stranger.page, 'company-stranger')
      const forged = await visit({ sub: 'maren', claims: email('seattle'), key: 'foreign' })
      await look(forged.page, 'company-refused')

      expect(await textOf(maren.page)).toContain('Read sales, stock and customers of Zava Retail Seattle')
      expect(await textOf(maren.page)).not.toContain('answers other people')
      expect(await textOf(office.page)).toContain('See how fast the service answers other people')
      expect(order).toEqual([
        'Write its own database queries about them (SQL, read-only)',
        'See how fast the service answers other people',
        'connected clients',
        'Allow',
        'Deny',
        'Not you? Sign in as somebody else',
      ])
      expect(await textOf(stranger.page)).toContain('You have no access yet')
      expect(await textOf(forged.page)).toContain('Signing in did not work')
      for (const { complaints } of [maren, office, stranger, forged]) expect(complaints).toEqual([])
    })

    it('a client that tries to look like more than it is: its words stay its own, its picture is the one we fetched', async () => {
      const server = createServer(async (_request, response) => {
        const page = await consentPage({
          client: {
            name: '\u202eClaude</h1><script>document.title = "owned"</script>',
            verifiedHost: 'assistant.example',
            redirectUri: 'https://assistant.example/callback',
            isOnThisDevice: false,
            logo: LOGO,
          },
          person: {
            userId: 'u',
            displayName: 'Maren Solberg',
            role: 'store_manager',
            stores: ['Zava Retail Seattle'],
            storeCount: 1,
          },
          scopes: ['retail:read', 'retail:sql'],
          hidden: { handle: 'h' },
          headers: new Headers(),
        })
        response.writeHead(page.status, Object.fromEntries(page.headers)).end(await page.text())
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      onTestFinished(() => {
        server.closeAllConnections()
        server.close()
      })
      const { page, complaints } = await openPage()

      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
      await look(page, 'spoofing-client')

      expect(await page.title()).not.toBe('owned')
      expect(await page.$$eval('script', (all) => all.length)).toBe(0)
      expect(await page.evaluate(FIRST_PIXEL)).toEqual([26, 127, 75, 255])
      expect(complaints).toEqual([])
    })
  },
)
