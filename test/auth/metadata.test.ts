import { describe, expect, it } from 'vitest'
import { Browser } from '../support/browser.ts'
import { fetchEdge, MCP_URL } from '../support/edge.ts'
import { connectWith } from '../support/raw.ts'
import { allow, ISSUER, type TokenAnswer, trade } from './flow.ts'

/** What a client reads before it asks anybody, and what it may see afterwards. */

describe('the documents', { timeout: 120_000 }, () => {
  it('of the authorization server say what there is and, as much, what there is not (RFC 8414)', async () => {
    const response = await fetchEdge(`${ISSUER}/.well-known/oauth-authorization-server`)

    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      issuer: ISSUER,
      authorization_endpoint: `${ISSUER}/authorize`,
      token_endpoint: `${ISSUER}/oauth/token`,
      registration_endpoint: `${ISSUER}/oauth/register`,
      revocation_endpoint: `${ISSUER}/oauth/token`,
      scopes_supported: ['retail:read', 'retail:sql', 'ops:read'],
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      client_id_metadata_document_supported: true,
    })
  })

  it.each(['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource'])(
    'of the resource name it exactly, and its one authorization server (RFC 9728, %s)',
    async (path) => {
      const response = await fetchEdge(ISSUER + path)

      expect(await response.json()).toEqual({
        resource: MCP_URL,
        authorization_servers: [ISSUER],
        scopes_supported: ['retail:read', 'retail:sql'],
        bearer_methods_supported: ['header'],
        resource_name: 'Zava Retail Analytics',
      })
    },
  )

  it.each([
    ['no token', undefined, ''],
    ['a token that is none', 'Bearer abc', 'error="invalid_token", '],
  ])('are where /mcp sends a client with %s', async (_what, authorization, error) => {
    const response = await fetchEdge(MCP_URL, {
      method: 'POST',
      headers: authorization === undefined ? {} : { authorization },
      body: '{}',
    })

    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe(
      `Bearer realm="zava", ${error}resource_metadata="${ISSUER}/.well-known/oauth-protected-resource/mcp", scope="retail:read retail:sql"`,
    )
  })
})

describe('the tools that a client sees', { timeout: 120_000 }, () => {
  const toolsOf = async (untick: readonly string[]) => {
    const browser = new Browser({ sub: 'maren', claims: { email: 'seattle@zava.example', email_verified: true } })
    const { access_token } = (await (await trade(await allow({ browser, untick }))).json()) as TokenAnswer
    const session = connectWith(`Bearer ${access_token}`)
    await session.initialize()
    const text = await (await session.post({ id: 2, method: 'tools/list' })).text()
    return [...text.matchAll(/"name":"([a-z_]+)"/g)].map(([, name]) => name)
  }

  it('are those that its person allowed: without SQL there is no tool for it, nor one that only serves it', async () => {
    const [all, without] = [await toolsOf([]), await toolsOf(['retail:sql'])]

    expect(all).toContain('execute_sales_query')
    expect(without).not.toContain('execute_sales_query')
    expect(without).toContain('get_store_performance')
    expect(without.length).toBeLessThan(all.length)
  })
})
