import { beforeAll, describe, expect, it } from 'vitest'
import { clientGuides } from '../../src/pages/clients.ts'
import { landingPage } from '../../src/pages/landing.ts'
import { fetchEdge } from '../support/edge.ts'

const URL_OF_MCP = 'http://localhost:8787/mcp'

// The first request of all starts the Worker.
beforeAll(() => fetchEdge('http://localhost:8787/healthz'), 180_000)

describe('the front page', () => {
  it('names the connection URL and every client, and is whole without scripts', async () => {
    const text = await (await fetchEdge('http://localhost:8787/')).text()

    expect(text).toContain(`<code id="url">${URL_OF_MCP}</code>`)
    for (const { id, name } of clientGuides(URL_OF_MCP)) expect(text, name).toMatch(new RegExp(`id="client-${id}"`))
    expect(text).not.toMatch(/role="tabpanel"[^>]*hidden/)
  })

  it('loads nothing from elsewhere, runs only its own script, and can be framed by nobody', async () => {
    const response = await fetchEdge('http://localhost:8787/')
    const policy = response.headers.get('content-security-policy') ?? ''
    const [, nonce = ''] = /script-src 'nonce-([0-9a-f]{32})'/.exec(policy) ?? []
    const text = await response.text()

    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|https?:/)
    expect([...text.matchAll(/<(?:script|style) nonce="([^"]*)"/g)].map(([, one]) => one)).toEqual([nonce, nonce])
    expect(text).not.toMatch(/<script(?! nonce)|\bon\w+="|src="|<link(?! rel="icon" href="data:,")/)
  })

  it('makes a new nonce for every answer', async () => {
    const nonces = await Promise.all(
      [1, 2].map(async () => (await fetchEdge('http://localhost:8787/')).headers.get('content-security-policy')),
    )

    expect(nonces[0]).not.toBe(nonces[1])
  })

  it('links to privacy and support only when the operator has named them', async () => {
    const without = await (await landingPage({ publicUrl: 'https://a.example' })).text()
    const both = { publicUrl: 'https://a.example', privacyUrl: 'https://p.example', supportUrl: 'mailto:s@a.example' }
    const withBoth = await (await landingPage(both)).text()

    expect(without).not.toMatch(/Privacy|Support/)
    expect(withBoth).toContain('<a href="https://p.example">Privacy</a>')
    expect(withBoth).toContain('<a href="mailto:s@a.example">Support</a>')
  })
})

describe('the clients’ configurations', () => {
  const guides = clientGuides('https://retail.example.com/mcp')
  const find = (id: string) => guides.find((one) => one.id === id)

  it('hold the URL and nothing secret', () => {
    for (const { id, code, link } of guides) {
      expect(id === 'inspector' || `${code}${link}`.includes('retail.example.com'), id).toBe(true)
      expect(`${code}${link}`, id).not.toMatch(/bearer|token|key=/i)
    }
  })

  it('install links carry what the clients read from them', () => {
    const vscode = decodeURIComponent(new URL(find('vscode')?.link ?? '').search.slice(1))
    const cursor = new URL(find('cursor')?.link ?? '').searchParams

    expect(JSON.parse(vscode)).toEqual({ name: 'zava', type: 'http', url: 'https://retail.example.com/mcp' })
    expect(cursor.get('name')).toBe('zava')
    expect(JSON.parse(atob(cursor.get('config') ?? ''))).toEqual({ url: 'https://retail.example.com/mcp' })
  })
})
