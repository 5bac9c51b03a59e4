import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findFreePort } from '../../dev/stack/port.ts'
import { makeFolder } from './folder.ts'
import { type CloudflareStandIn, startCloudflare } from './stand-ins/cloudflare.ts'
import { type NeonStandIn, startNeon } from './stand-ins/neon.ts'
import { hasTerminal, runNpm } from './terminal.ts'

/** `npm run setup` as a person sees it, at a terminal of its own; skipped where there is none to lend (`script` of util-linux). */
const TOKEN = 'cloudflare-token-that-is-right'
const KEY = 'neon-key-that-is-right'
const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const ACCOUNTS = [
  { id: '1'.repeat(32), name: 'First' },
  { id: '2'.repeat(32), name: 'Second' },
]
const askToken = /Cloudflare API token .*: $/
const askKey = /Neon API key, or the connection string.*: $/

let neon: NeonStandIn
let cloudflare: CloudflareStandIn
let environment: Record<string, string>
let folder: string

beforeAll(async () => {
  const port = await findFreePort()
  neon = await startNeon({ token: KEY, port })
  cloudflare = await startCloudflare({ token: TOKEN, accounts: ACCOUNTS, endpointOf: (url) => neon.endpointOf(url) })
  folder = await makeFolder()
  environment = {
    PUBLIC_URL: `http://localhost:${await findFreePort()}`,
    CLOUDFLARE_API_BASE_URL: cloudflare.url,
    NEON_API_BASE_URL: neon.url,
    DATABASE_ENDPOINT: `http://127.0.0.1:${port}/sql`,
  }
})
afterAll(async () => {
  await cloudflare.stop()
  await neon.stop()
})

async function setUp(answers: readonly (readonly [RegExp, string])[], ...args: string[]) {
  const all = ['--worker', 'zava-asked', '--state', folder, ...args]
  const { code, output, unasked } = await runNpm('setup', all, { env: environment, answers })
  return { code, unasked, text: stripVTControlCharacters(output) }
}

describe.skipIf(!hasTerminal)('npm run setup at a terminal', () => {
  it.for([
    ['Ctrl-C at the first question', [[askToken, CTRL_C]]],
    ['Ctrl-D at the first question', [[askToken, CTRL_D]]],
    [
      'Ctrl-C at a later one',
      [
        [askToken, TOKEN],
        [/Which Cloudflare account\? \[1\]: $/, CTRL_C],
      ],
    ],
  ] as const)('%s leaves nothing behind', { timeout: 120_000 }, async ([, answers]) => {
    const from = neon.log.length
    const { code, unasked, text } = await setUp(answers)

    expect([code, unasked], text).toEqual([130, 0])
    expect(text).toMatch(/The question was not answered, and nothing was done\.\s+Run it again/)
    expect(text).not.toMatch(/fault of ours|AbortError|unsettled/)
    expect([neon.log.length - from, cloudflare.workers.size]).toEqual([0, 0])
  })

  it('gives up on the third wrong answer', { timeout: 120_000 }, async () => {
    const { code, unasked, text } = await setUp([
      [askToken, 'wrong-one'],
      [askToken, ''],
      [askToken, 'wrong-three'],
    ])

    expect([code, unasked], text).toEqual([1, 0])
    expect(text).toMatch(/It is not accepted: Cloudflare answered 401.*It does not go without.*It is not accepted/s)
    expect(text).not.toMatch(/wrong-one|wrong-three/)
  })

  it('asks again after a wrong answer, takes defaults, and ends with a service that was tried', {
    timeout: 600_000,
  }, async () => {
    const { code, unasked, text } = await setUp([
      [askToken, 'wrong-token'],
      [askToken, TOKEN],
      [/Which Cloudflare account\? \[1\]: $/, '7'],
      [/Which Cloudflare account\? \[1\]: $/, 'Second'],
      [askKey, ''],
      [askKey, KEY],
      [/Region of the new Neon project \[aws-us-east-2\]: $/, 'moon'],
      [/Region of the new Neon project \[aws-us-east-2\]: $/, ''],
      [/demo data.* \[no\]: $/, 'maybe'],
      [/demo data.* \[no\]: $/, ''],
    ])

    expect([code, unasked], text).toEqual([0, 0])
    expect(text).toMatch(/It is not accepted: Cloudflare answered 401: who is this\. Try another one\./)
    expect(text).toMatch(/1\. First \(1{32}\)\s+2\. Second \(2{32}\)/)
    expect(text).toMatch(/"7" is none of them\. Type a number from 1 to 2\./)
    expect(text).toMatch(/"moon" is not a region of Neon/)
    expect(text).toMatch(/"maybe" is neither\. Type yes or no\./)
    expect(text).toMatch(/Smoke test +6 of 6 passed/)
    expect(text).not.toContain('Demo data')
    for (const secret of [TOKEN, KEY, 'wrong-token']) expect(text).not.toContain(secret)
    expect(neon.seen.some((body) => body.includes('"region_id":"aws-us-east-2"'))).toBe(true)
    expect(cloudflare.log.some((line) => line.startsWith(`PUT /accounts/${'2'.repeat(32)}/workers`))).toBe(true)
    expect(cloudflare.log.some((line) => line.startsWith(`PUT /accounts/${'1'.repeat(32)}/workers`))).toBe(false)
  })

  it('asks for nothing that an earlier run has answered, and offers the projects that there are', {
    timeout: 120_000,
  }, async () => {
    const again = await setUp([
      [askToken, TOKEN],
      [askKey, CTRL_C],
    ])
    expect([again.code, again.unasked], again.text).toEqual([130, 0])
    expect(again.text).not.toContain('account?')

    folder = await makeFolder()
    const other = await setUp([
      [askToken, TOKEN],
      [/account\? \[1\]: $/, ''],
      [askKey, KEY],
      [/0\. a new one\s+1\. zava-asked \(proj-\w+\)\s+Which Neon project\? \[0\]: $/, '1'],
      [/demo data.* \[no\]: $/, CTRL_C],
    ])
    expect([other.code, other.unasked], other.text).toEqual([130, 0])
    expect(neon.projects.size).toBe(1)
  })
})
