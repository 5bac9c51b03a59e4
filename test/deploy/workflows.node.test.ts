import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'

const FOLDER = fileURLToPath(new URL('../../.github/workflows', import.meta.url))
const SCRIPTS = Object.keys(
  z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'))).scripts,
)

// Strict throughout: GitHub refuses a workflow for one word that it does not know, and says so only there.
const environment = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({})
const permissions = z.record(z.enum(['contents', 'pull-requests']), z.enum(['read', 'write', 'none']).optional())
const step = z
  .strictObject({
    name: z.string().optional(),
    if: z.string().optional(),
    uses: z.string().optional(),
    run: z.string().optional(),
    with: environment,
    env: environment,
  })
  .refine(({ uses, run }) => (uses === undefined) !== (run === undefined), 'a step uses an action or runs a command')
const service = z.strictObject({
  image: z.string(),
  env: environment,
  ports: z.array(z.string()),
  options: z.string(),
})
const trigger = z.strictObject({ branches: z.array(z.string()).optional(), types: z.array(z.string()).optional() })
const times = z.array(z.strictObject({ cron: z.string().regex(/^(\S+ ){4}\S+$/) }))
const workflow = z.strictObject({
  name: z.string(),
  on: z.strictObject({
    push: trigger.nullish(),
    pull_request: trigger.nullish(),
    pull_request_target: trigger.nullish(),
    workflow_run: trigger.nullish(),
    workflow_dispatch: z.null().optional(),
    schedule: times.optional(),
  }),
  permissions,
  concurrency: z.strictObject({ group: z.string(), 'cancel-in-progress': z.boolean().optional() }),
  jobs: z.record(
    z.string(),
    z.strictObject({
      if: z.string().optional(),
      needs: z.string().optional(),
      'runs-on': z.literal('ubuntu-24.04'),
      'timeout-minutes': z.number(),
      environment: z.enum(['preview', 'production']).optional(),
      permissions: permissions.optional(),
      env: environment,
      services: z.record(z.string(), service).optional(),
      steps: z.array(step),
    }),
  ),
})

/** All that the workflows may ask GitHub for. A person outside can choose none of it but a number, an action and their repository's name. */
const ASKED = [
  'github.ref',
  'github.token',
  'github.repository',
  'github.event.action',
  'github.event.pull_request.number',
  'github.event.pull_request.head.repo.full_name',
  'vars.DEPLOY',
  'vars.WORKER',
  'vars.PUBLIC_URL',
  'vars.CLOUDFLARE_ACCOUNT_ID',
  'vars.NEON_PROJECT_ID',
  'secrets.CLOUDFLARE_API_TOKEN',
  'secrets.NEON_API_KEY',
  'secrets.DATABASE_OWNER_URL',
  'secrets.SMOKE_TOKEN',
]

const workflows = readdirSync(FOLDER).map((file) => {
  const text = readFileSync(`${FOLDER}/${file}`, 'utf8')
  return { file, text, ...workflow.parse(parse(text)) }
})
const jobs = workflows.flatMap(({ file, on, jobs: all }) =>
  Object.entries(all).map(([name, job]) => ({ file, name, on, job })),
)
const steps = jobs.flatMap(({ file, name, job }) => job.steps.map((one) => ({ file, name, step: one })))

describe('workflows', () => {
  it('take actions by full commit, beside a comment that names the version', () => {
    const uses = workflows.flatMap(({ text }) => [...text.matchAll(/uses: (.*)/g)].map(([, what = '']) => what))

    expect(uses.length).toBeGreaterThan(5)
    expect(uses.filter((what) => !/^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d/.test(what))).toEqual([])
  })

  it('may by default read the code or nothing, and write only a comment on a pull request', () => {
    expect(
      workflows.flatMap(({ permissions: all }) => Object.entries(all)).filter(([, right]) => right === 'write'),
    ).toEqual([])
    const written = jobs.flatMap(({ job }) =>
      Object.entries(job.permissions ?? {}).filter(([, right]) => right === 'write'),
    )
    expect(written.map(([what]) => what)).toEqual(['pull-requests'])
  })

  it('never run with rights of ours on what somebody else wrote', () => {
    expect(workflows.filter(({ on }) => 'pull_request_target' in on || 'workflow_run' in on)).toEqual([])
  })

  it('give a pull request from a fork no secret', () => {
    const withSecrets = jobs.filter(({ job, on }) => 'pull_request' in on && JSON.stringify(job).includes('secrets.'))

    expect(withSecrets.map(({ name }) => name).sort()).toEqual(['down', 'up'])
    for (const { job } of withSecrets) {
      expect(job.if).toContain('github.event.pull_request.head.repo.full_name == github.repository')
    }
  })

  it('sweep forgotten previews every day, also when nobody works', () => {
    const daily = jobs.filter(({ on }) => on.schedule?.some(({ cron }) => /^\d+ \d+ \* \* \*$/.test(cron)))

    expect(daily.flatMap(({ job }) => job.steps.map(({ run }) => run))).toContain('npm run preview -- sweep')
  })

  it('put no text of others, and no secret, into a command', () => {
    expect(steps.filter(({ step: { run = '' } }) => run.includes('${{'))).toEqual([])
  })

  it('hand secrets to single steps, never to a whole job, where an action would see them', () => {
    expect(jobs.filter(({ job }) => JSON.stringify(job.env).includes('secrets.'))).toEqual([])
    expect(
      steps.filter(({ step: { uses, env } }) => uses !== undefined && JSON.stringify(env).includes('secrets.')),
    ).toEqual([])
  })

  it('ask GitHub for nothing but what is listed here', () => {
    const conditions = [...jobs.map(({ job }) => job.if), ...steps.map(({ step: one }) => one.if)]
    const texts = workflows.flatMap(({ text }) =>
      [...text.matchAll(/\$\{\{\s*(.*?)\s*\}\}/g)].map(([, asked]) => asked),
    )
    const asked = [...texts, ...conditions].flatMap((one) =>
      one?.match(/\b(?:github|vars|secrets|env|steps|needs)\.[\w.]+/g),
    )

    expect(texts.length).toBeGreaterThan(10)
    expect(asked.filter((one) => one != null && !ASKED.includes(one))).toEqual([])
    expect(ASKED.filter((one) => !asked.includes(one))).toEqual([])
  })

  it('wait only for jobs that there are, and bring the history along where the release before is tried', () => {
    const missing = workflows.flatMap(({ jobs: all }) =>
      Object.values(all).filter(({ needs }) => needs !== undefined && !(needs in all)),
    )
    const [checkout] = steps.filter(({ file, step: { uses = '' } }) => file === 'check.yml' && /checkout@/.test(uses))

    expect(missing).toEqual([])
    expect(checkout?.step.with['fetch-depth']).toBe(0)
  })

  it('leave no credentials of the checkout behind', () => {
    const checkouts = steps.filter(({ step: { uses = '' } }) => uses.startsWith('actions/checkout@'))

    expect(checkouts.length).toBeGreaterThan(3)
    expect(checkouts.filter(({ step: one }) => one.with['persist-credentials'] !== false)).toEqual([])
  })

  it('run scripts that there are, and end', () => {
    const called = steps.flatMap(({ step: { run = '' } }) =>
      [...run.matchAll(/npm run (\S+)/g)].map(([, name]) => name),
    )

    expect(called.filter((name) => !SCRIPTS.includes(name ?? ''))).toEqual([])
    expect(jobs.every(({ job }) => job['timeout-minutes'] <= 60)).toBe(true)
  })
})
