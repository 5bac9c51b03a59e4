import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LocalDatabase, startLocalDatabase } from '../../dev/neon/local-database.ts'
import { findFreePort } from '../../dev/stack/port.ts'
import { makeFolder } from './folder.ts'
import { type CloudflareStandIn, startCloudflare } from './stand-ins/cloudflare.ts'
import { hasTerminal, runOps } from './terminal.ts'

/** The scripts themselves, as an operator runs them, with the real wrangler and real versions of the Worker. */
const WORKER = 'zava-release'

let database: LocalDatabase
let cloudflare: CloudflareStandIn
let folder: string
let publicUrl: string

beforeAll(async () => {
  database = await startLocalDatabase({ isBrief: true })
  cloudflare = await startCloudflare({ endpointOf: () => database.endpoint })
  folder = await makeFolder()
  publicUrl = `http://localhost:${await findFreePort()}`
  const { code, output } = await run('setup.ts', '--yes')
  expect(code, output).toBe(0)
}, 600_000)
afterAll(async () => {
  await cloudflare?.stop()
  await database?.stop()
})

const run = (script: string, ...args: string[]) =>
  runOps(script, ['--worker', WORKER, '--state', folder, ...args], { env: environment() })
const environment = () => ({
  PUBLIC_URL: publicUrl,
  CLOUDFLARE_API_TOKEN: 'cf-token-of-the-test',
  CLOUDFLARE_API_BASE_URL: cloudflare.url,
  DATABASE_OWNER_URL: database.ownerUrl,
  DATABASE_ENDPOINT: database.endpoint,
})
const shares = () => Object.entries(cloudflare.workers.get(WORKER)?.shares ?? {})
/** What was asked of Cloudflare since `from` that changes something. */
const changes = (from: number) =>
  cloudflare.log
    .slice(from)
    .filter((line) => /^(POST|PUT)/.test(line) && /versions|deployments/.test(line))
    .map((line) => line.replace(/\/accounts.*\//, ''))
const deployments = 'POST /accounts/:a/workers/scripts/:s/deployments'
const refusal = {
  status: 400,
  body: { success: false, errors: [{ code: 10000, message: 'told to fail' }], result: null },
}

describe('npm run release', () => {
  it.for<{ where: string; arrange: () => void; says: RegExp; asked: string[] }>([
    {
      where: 'the upload is refused',
      arrange: () => cloudflare.fail({ route: 'POST /accounts/:a/workers/scripts/:s/versions', times: 1, ...refusal }),
      says: /Step 2 of 4, "Upload", failed/,
      asked: ['POST versions 400'],
    },
    {
      where: 'the first share is refused',
      arrange: () => cloudflare.fail({ route: deployments, times: 1, ...refusal }),
      says: /Step 3 of 4, "10 %", failed.*Every request goes to the version before again/s,
      asked: ['POST versions 200', 'POST deployments 400', 'POST deployments 200'],
    },
    {
      where: 'the new version is a bad one',
      arrange: () => cloudflare.spoilNextVersion({ path: '/mcp' }),
      says: /Step 3 of 4, "10 %", failed.*✗ MCP, newest.*Every request goes to the version before again/s,
      asked: ['POST versions 200', 'POST deployments 200', 'POST deployments 200'],
    },
    {
      where: 'all is refused',
      arrange: () => cloudflare.fail({ route: deployments, times: 1, after: 1, ...refusal }),
      says: /Step 4 of 4, "100 %", failed.*Every request goes to the version before again/s,
      asked: ['POST versions 200', 'POST deployments 200', 'POST deployments 400', 'POST deployments 200'],
    },
    {
      where: 'the new version does not bear all requests',
      arrange: () => cloudflare.spoilNextVersion({ path: '/readyz', onlyWhole: true }),
      says: /Step 4 of 4, "100 %", failed.*✗ ready.*Every request goes to the version before again/s,
      asked: ['POST versions 200', 'POST deployments 200', 'POST deployments 200', 'POST deployments 200'],
    },
  ])(
    'where $where, every request goes to the version before',
    { timeout: 900_000 },
    async ({ arrange, says, asked }) => {
      const [before] = shares()
      const from = cloudflare.log.length
      arrange()

      const { code, output } = await run('release.ts')

      expect(code, output).toBe(1)
      expect(output).toMatch(says)
      expect(changes(from)).toEqual(asked)
      expect(shares()).toEqual([before])
      expect((await fetch(new URL('/readyz', publicUrl))).status).toBe(200)
    },
  )

  const sharesRoute = deployments
  const upload = 'POST /accounts/:a/workers/scripts/:s/versions'
  it.for<{ where: string; route: string; at: number; signal: NodeJS.Signals; isTyped?: true; says: RegExp }>([
    { where: 'the upload', route: upload, at: 1, signal: 'SIGINT', says: /Step 2 of 4, "Upload", was stopped/ },
    {
      where: 'the first share',
      route: sharesRoute,
      at: 1,
      signal: 'SIGTERM',
      says: /Step 3 of 4, "10 %", was stopped.*Every request goes to the version before again/s,
    },
    {
      where: 'the first share, as Ctrl-C at a terminal',
      route: sharesRoute,
      at: 1,
      signal: 'SIGINT',
      isTyped: true,
      says: /Step 3 of 4, "10 %", was stopped.*Every request goes to the version before again/s,
    },
    {
      where: 'the step to all',
      route: sharesRoute,
      at: 2,
      signal: 'SIGINT',
      says: /Step 4 of 4, "100 %", was stopped.*Every request goes to the version before again/s,
    },
  ])(
    'stopped in the middle of $where, leads back to the version before',
    { timeout: 900_000 },
    async ({ route, at, signal, isTyped, says }, { skip }) => {
      skip(isTyped === true && !hasTerminal, 'there is no terminal to lend')
      const [before] = shares()
      let seen = 0
      const { code, output } = await runOps('release.ts', ['--worker', WORKER, '--state', folder], {
        env: environment(),
        ...(isTyped && { answers: [] }),
        onStart: (send) =>
          cloudflare.intercept((asked) => {
            if (asked === route && ++seen === at) send(signal)
            return 'answered'
          }),
      })
      cloudflare.intercept(() => 'answered')

      expect(code, output).toBe(signal === 'SIGTERM' ? 143 : 130)
      expect(output).toMatch(says)
      expect(output).toContain(`Go on where it stopped: npm run release -- --worker ${WORKER}`)
      expect(shares()).toEqual([before])
      expect((await fetch(new URL('/readyz', publicUrl))).status).toBe(200)
    },
  )

  it('stopped twice ends at once, says what is left, and leaves no wrangler running', {
    timeout: 900_000,
  }, async () => {
    const [[before = ''] = []] = shares()
    let seen = 0
    const { code, output } = await runOps('release.ts', ['--worker', WORKER, '--state', folder], {
      env: environment(),
      onStart: (send) =>
        cloudflare.intercept((asked) => {
          if (asked !== sharesRoute) return 'answered'
          seen++
          if (seen === 1) send('SIGINT')
          if (seen === 1) return 'answered'
          // The way back: nobody answers, and somebody has no more patience.
          setTimeout(send, 1000, 'SIGINT')
          return 'held'
        }),
    })
    cloudflare.intercept(() => 'answered')

    expect(code, output).toBe(130)
    expect(output).toMatch(/Ended at once.\nRequests may go to version \S+ Send every request back: npx wrangler/)
    expect(output).toContain(`versions deploy ${before}@100% --name ${WORKER}`)
    await expect.poll(() => cloudflare.held.size, { timeout: 10_000 }).toBe(0)
    await runOps('release.ts', ['--worker', WORKER, '--state', folder], { env: environment() })
    expect(shares()).toEqual([[expect.any(String), 100]])
  })

  it('touches no version when the database cannot be migrated', { timeout: 300_000 }, async () => {
    const from = cloudflare.log.length
    const { code, output } = await runOps('release.ts', ['--worker', WORKER, '--state', folder], {
      env: { ...environment(), DATABASE_ENDPOINT: `http://127.0.0.1:${await findFreePort()}/sql` },
    })

    expect(code).toBe(1)
    expect(output).toMatch(/Step 1 of 4, "Migrations", failed/)
    expect(changes(from)).toEqual([])
  })

  it('says how to go back by hand when the way back fails too', { timeout: 900_000 }, async () => {
    const [[before = ''] = []] = shares()
    cloudflare.spoilNextVersion({ path: '/mcp' })
    cloudflare.fail({ route: deployments, times: 1, after: 1, ...refusal })

    const { code, output } = await run('release.ts')

    expect(code).toBe(1)
    expect(output).toMatch(/✗ MCP, newest.*The way back to version .* failed too/s)
    expect(output).toContain(`npx wrangler versions deploy ${before}@100% --name ${WORKER}`)
    expect(shares()).toHaveLength(2)
  })

  it('starts from what most requests go to, ends with every request at the new version, and refuses none meanwhile', {
    timeout: 900_000,
  }, async () => {
    const [, [, share] = []] = shares()
    const before = shares().find(([, percentage]) => percentage === 90)?.[0]
    const secrets = { ...cloudflare.workers.get(WORKER)?.secrets }
    const answers: number[] = []
    let isOver = false
    const load = (async () => {
      while (!isOver) answers.push((await fetch(new URL('/readyz', publicUrl))).status)
    })()

    const { code, output } = await run('release.ts', '--message', 'the good one')
    isOver = true
    await load

    expect([share, code], output).toEqual([90, 0])
    expect(output).toMatch(/Migrations +up to date\nUpload +\w{8}\n10 % +6 of 6 passed\n100 % +6 of 6 passed/)
    expect(shares()).toEqual([[expect.any(String), 100]])
    expect(shares()[0]?.[0]).not.toBe(before)
    expect(cloudflare.workers.get(WORKER)?.secrets).toEqual(secrets)
    expect(answers.length).toBeGreaterThan(3)
    expect(answers.filter((status) => status !== 200)).toEqual([])
  })
})
