import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { previewDownSteps } from '../../ops/deploy/preview-down.ts'
import { runSteps } from '../../ops/deploy/steps.ts'
import { makeStop } from '../../ops/terminal/stop.ts'
import { type PreviewWorld, startPreviewWorld } from './preview-world.ts'
import type { Fate } from './stand-ins/json-server.ts'
import { makeTrouble } from './trouble.ts'

/** `npm run preview -- up`, where each request to a provider, ours and the real wrangler's, and each way to a database fails in turn. */
const NAME = 'pr-7'
const QUIET = { step: () => ({ update() {}, end() {} }) }

let world: PreviewWorld
beforeAll(async () => {
  world = await startPreviewWorld()
}, 240_000)
afterEach(async () => down(await world.makeMachine()), 60_000)

interface Failure {
  readonly what: string
  readonly step: string
  readonly message: string
  readonly advice: string
}

interface FailOptions {
  readonly fate: Fate | 'stopped'
  readonly folder: string
  readonly isMeant?: (what: string) => boolean
  /** Looks after every failure. */
  readonly check: (failure: string) => Promise<void>
  /** Leaves the preview of a run that bore what it met. */
  readonly keeps?: boolean
}

/** Runs until everything has had its turn; returns what failed, and what was met without harm. */
async function failEach({ fate, folder, isMeant, check, keeps = false }: FailOptions) {
  const trouble = makeTrouble(isMeant)
  const failures: Failure[] = []
  const borne: string[] = []
  for (;;) {
    const { stop, wish } = makeStop(
      () => {},
      () => {},
    )
    trouble.begin(() => fate === 'stopped' && wish({ code: 130, isAsked: true }))
    for (const provider of [world.neon, world.cloudflare]) {
      provider.intercept(trouble.fateOf(fate === 'stopped' ? 'answered' : fate))
    }
    const endpointOf = trouble.endpointOf((url) => world.neon.endpointOf(url), fate === 'refused')
    const error: unknown = await world.up(NAME, folder, { endpointOf, stop }).catch((cause: unknown) => cause)
    for (const provider of [world.neon, world.cloudflare]) provider.intercept(() => 'answered')
    const { hit } = trouble
    if (error instanceof Error) {
      const { message } = error
      const step = /"([\w ]+)"/.exec(message)?.[1] ?? ''
      failures.push({ what: hit ?? 'nothing', step, message, advice: String('advice' in error && error.advice) })
      await check(`${hit}: ${message}`)
    } else if (hit === undefined) {
      return { failures, borne }
    } else {
      borne.push(hit)
      // The next run comes from a machine that knows nothing again.
      if (keeps) await (await world.open(NAME, folder)).file.remove()
      else await down(folder)
    }
  }
}

const down = async (folder: string) =>
  runSteps(previewDownSteps(await world.open(NAME, folder)), { progress: QUIET, again: '' })

function expectTold(
  failures: readonly Failure[],
  how = 'failed: .*(told to fail|gave no answer|wrangler|does not answer)',
): void {
  for (const { what, message, advice } of failures) {
    expect(message, what).toMatch(new RegExp(`^Step \\d of 8, "[\\w ]+", ${how}`, 's'))
    expect(advice, what).toContain('Go on where it stopped: npm run preview -- up pr-7')
    expect(message + advice, what).not.toMatch(/-of-the-test|parents-own-password|[0-9a-f]{64}/)
  }
}
const STEPS = ['Cloudflare', 'Neon branch', 'Own keys', 'Migrations', 'Demo data', 'Deploy', 'Service role']
const stepsOf = (failures: readonly Failure[]) => [...new Set(failures.map(({ step }) => step))]

describe('npm run preview -- up, where everything that it asks for fails in turn', () => {
  it('leaves nothing of a new preview', { timeout: 1_800_000 }, async () => {
    const folder = await world.makeMachine()
    const before = await world.traces(NAME, folder)
    const check = async (failure?: string) => expect(await world.traces(NAME, folder), failure).toEqual(before)

    const { failures, borne } = await failEach({ fate: 'refused', folder, check })

    console.log(`${failures.length} failures; borne: ${borne.join(', ')}`)
    expectTold(failures)
    expect(stepsOf(failures).sort()).toEqual(STEPS.toSorted())
    expect(failures.length).toBeGreaterThan(40)
    expect(await world.answers(NAME)).toBe(true)
    await down(folder)
    await check()
  })

  it('leaves nothing either where it was done and the answer lost', { timeout: 1_800_000 }, async () => {
    const folder = await world.makeMachine()
    const before = await world.traces(NAME, folder)
    const check = async (failure?: string) => expect(await world.traces(NAME, folder), failure).toEqual(before)

    const isMeant = (what: string) => /^(POST|PUT)/.test(what)
    const { failures } = await failEach({ fate: 'lost', folder, isMeant, check })

    expectTold(failures)
    expect(failures.map(({ what }) => what)).toContain('POST /projects/:project/branches #1')
  })

  it('leaves nothing where somebody stops it', { timeout: 1_800_000 }, async () => {
    const folder = await world.makeMachine()
    const before = await world.traces(NAME, folder)
    const check = async (failure?: string) => expect(await world.traces(NAME, folder), failure).toEqual(before)

    const isMeant = (what: string) => !what.startsWith('GET')
    const { failures } = await failEach({ fate: 'stopped', folder, isMeant, check })

    expectTold(failures, 'was stopped\\.')
    expect(stepsOf(failures)).toEqual(expect.arrayContaining(STEPS.slice(1, -1)))
  })

  it('leaves a preview that was there, made from another machine, as it was, and answering', {
    timeout: 1_800_000,
  }, async () => {
    await world.up(NAME, await world.makeMachine())
    const folder = await world.makeMachine()
    const before = await world.traces(NAME, folder)
    const check = async (failure: string) => {
      expect(await world.traces(NAME, folder), failure).toEqual(before)
      expect(await world.answers(NAME), failure).toBe(true)
    }
    // A look at Neon that is refused changes nothing here that it does not change above.
    const isMeant = (what: string) => !what.startsWith('GET /projects')

    const { failures } = await failEach({ fate: 'refused', folder, isMeant, check, keeps: true })

    expectTold(failures)
    // The demo data's own request is such a look.
    expect(stepsOf(failures).sort()).toEqual(STEPS.filter((step) => step !== 'Demo data').sort())
    expect(await world.traces(NAME, folder)).toEqual({ ...before, state: true })
    expect(await world.answers(NAME)).toBe(true)
  })
})
