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

const environment = z.record(z.string(), z.unknown()).default({})
const permissions = z.record(z.string(), z.enum(['read', 'write', 'none']))
const step = z.object({ uses: z.string().optional(), run: z.string().optional(), with: environment, env: environment })
const workflow = z.object({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions,
  jobs: z.record(
    z.string(),
    z.object({
      if: z.string().optional(),
      permissions: permissions.optional(),
      'timeout-minutes': z.number(),
      env: environment,
      steps: z.array(step),
    }),
  ),
})

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

  it('put no text of others, and no secret, into a command', () => {
    expect(steps.filter(({ step: { run = '' } }) => run.includes('${{'))).toEqual([])
  })

  it('hand secrets to single steps, never to a whole job, where an action would see them', () => {
    expect(jobs.filter(({ job }) => JSON.stringify(job.env).includes('secrets.'))).toEqual([])
    expect(
      steps.filter(({ step: { uses, env } }) => uses !== undefined && JSON.stringify(env).includes('secrets.')),
    ).toEqual([])
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
