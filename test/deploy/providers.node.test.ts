import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openCloudflare } from '../../ops/cloud/cloudflare.ts'
import { openNeon } from '../../ops/cloud/neon.ts'
import { type Answer, type JsonServer, startJsonServer } from './stand-ins/json-server.ts'

/** The providers' APIs at their worst. Shapes and codes are theirs. */
let server: JsonServer
let polls: string[]
let waits: number[]

const project = { id: 'proj-1', name: 'zava', region_id: 'aws-us-east-2', pg_version: 17 }
const branch = { id: 'br-1', name: 'zava-preview-a', default: false }
const operation = { id: 'op-1', action: 'create_branch', status: 'scheduling' }

beforeEach(async () => {
  polls = ['running', 'finished']
  waits = []
  server = await startJsonServer({
    'POST /projects': (): Answer => ({ status: 201, body: { project, operations: [operation] } }),
    'POST /projects/:p/branches': (): Answer => ({ status: 201, body: { branch, operations: [operation] } }),
    'GET /projects/:p/operations/:o': (): Answer => ({ body: { operation: { ...operation, status: polls.shift() } } }),
    'GET /projects/:p': (): Answer => ({ body: { project } }),
    'GET /accounts': (): Answer => ({ body: { result: [] } }),
  })
})
afterEach(() => server.stop())

const neon = () => openNeon({ token: 'secret-neon-key', baseUrl: server.url, sleep: async (ms) => void waits.push(ms) })
const branchOf = () =>
  neon().createBranch('proj-1', {
    name: 'a',
    parentId: 'br-0',
    schemaOnly: true,
    expiresAt: new Date('2026-12-01T00:00:00Z'),
  })

describe('Neon', () => {
  it('is asked for a schema-only branch that ends by itself, and waited for until its operations are done', async () => {
    expect(await branchOf()).toMatchObject({ id: 'br-1' })
    expect(JSON.parse(server.seen[0] ?? '')).toEqual({
      branch: { name: 'a', parent_id: 'br-0', init_source: 'schema-only', expires_at: '2026-12-01T00:00:00.000Z' },
      endpoints: [{ type: 'read_write' }],
    })
    expect(server.log.slice(1)).toEqual(Array(2).fill('GET /projects/proj-1/operations/op-1 200'))
  })

  it.for([423, 429])('is asked again after %d, as late as it says, and nothing is made twice', async (status) => {
    server.fail({ route: 'POST /projects/:p/branches', status, times: 2, headers: { 'retry-after': '3' } })

    expect(await branchOf()).toMatchObject({ id: 'br-1' })
    expect(server.log.filter((line) => line.startsWith('POST'))).toEqual([
      `POST /projects/proj-1/branches ${status}`,
      `POST /projects/proj-1/branches ${status}`,
      'POST /projects/proj-1/branches 201',
    ])
    expect(waits.slice(0, 2)).toEqual([3000, 3000])
  })

  it('waits twice as long each time when it is not told how long, and gives up', async () => {
    server.fail({ route: 'POST /projects/:p/branches', status: 423, times: 99 })

    await expect(branchOf()).rejects.toThrow('Neon answered 423: told to fail')
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 20_000])
  })

  it('that stumbles over a creation may have made it: the creation is not repeated', async () => {
    server.fail({ route: 'POST /projects', status: 502, times: 1 })

    await expect(neon().createProject({ name: 'zava' })).rejects.toThrow('502')
    expect(server.log).toEqual(['POST /projects 502'])
  })

  it('that stumbles over a look is asked again', async () => {
    server.fail({ route: 'GET /projects/:p', status: 503, times: 1 })

    expect(await neon().getProject('proj-1')).toMatchObject({ name: 'zava' })
  })

  it('whose operation fails says which one, and how to go on', async () => {
    polls = ['failed']

    await expect(branchOf()).rejects.toMatchObject({
      message: 'Neon\'s operation "create_branch" failed.',
      advice: expect.stringContaining('run the same command again'),
    })
  })

  it('never sees its key in a message', async () => {
    server.fail({ route: 'GET /projects/:p', status: 401, times: 1, body: { message: 'invalid key' } })

    const refusal = await neon().getProject('proj-1').catch(String)
    expect(refusal).toContain('Neon answered 401: invalid key')
    expect(refusal).not.toContain('secret-neon-key')
  })
})

describe('Cloudflare', () => {
  it('whose token sees no account is told which variable to set', async () => {
    const cloudflare = openCloudflare({ token: 't', baseUrl: server.url })

    await expect(cloudflare.onlyAccount()).rejects.toMatchObject({
      message: 'The Cloudflare API token sees no account.',
      advice: expect.stringContaining('CLOUDFLARE_ACCOUNT_ID'),
    })
  })
})
