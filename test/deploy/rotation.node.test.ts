import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeSecrets } from '../../ops/deploy/keys.ts'
import { openContext } from '../../ops/deploy/open-context.ts'
import { rotationSteps } from '../../ops/deploy/rotate.ts'
import { runSteps } from '../../ops/deploy/steps.ts'
import { openScratch, type Scratch, settle, world } from '../sql/node/scratch.ts'
import { enter, loot, signToken } from '../wall/door.ts'
import { makeFolder } from './folder.ts'
import { type CloudflareStandIn, startCloudflare } from './stand-ins/cloudflare.ts'

let scratch: Scratch
let cloudflare: CloudflareStandIn
let folder: string

beforeAll(async () => {
  scratch = await openScratch('embedded')
  await settle(scratch)
  cloudflare = await startCloudflare()
  folder = await makeFolder()
})
afterAll(async () => {
  await cloudflare?.stop()
  await scratch?.close()
})

it('while a key is exchanged, isolates with the old and with the new one are both served; the old one ends by itself', async () => {
  const context = await openContext({
    worker: 'zava-rotate',
    environment: 'production',
    folder,
    sleep: async () => {},
    endpointOf: () => scratch.endpoint,
    env: { CLOUDFLARE_API_TOKEN: 'token', CLOUDFLARE_API_BASE_URL: cloudflare.url, CLOUDFLARE_ACCOUNT_ID: 'a' },
  })
  context.state.publicUrl = 'https://zava.example'
  context.state.ownerUrl = scratch.ownerUrl
  context.state.secrets = { ...(await makeSecrets()), contextKeyId: scratch.key.id, contextKey: scratch.key.hex }
  const [newKey, , , oldKey] = rotationSteps(context)
  const progress = { step: () => ({ update() {}, end() {} }) }
  const old = { ...scratch.key }
  const refused: unknown[] = []
  let served = 0
  let isOver = false
  // Isolates change over one after the other, so for a while both kinds ask.
  const ask = async () => {
    while (!isOver) {
      const now = context.state.secrets
      for (const key of [old, { id: now?.contextKeyId ?? '', hex: now?.contextKey ?? '' }]) {
        const { sqlState, rows } = await enterWith(key)
        if (sqlState !== undefined || rows.length !== 1) refused.push(sqlState)
        served++
      }
    }
  }
  const load = ask()

  if (newKey === undefined || oldKey === undefined) throw new Error('the rotation has other steps')
  await runSteps([newKey], { progress, again: '' })
  const servedBefore = served
  await runSteps([oldKey], { progress, again: '' })
  while (served < servedBefore + 6) await new Promise((resolve) => setTimeout(resolve, 20))
  isOver = true
  await load

  expect(refused).toEqual([])
  expect(context.state.secrets?.contextKeyId).toBe('w2')
  const [[row] = []] = await scratch.owner.run([
    `select not_after < now() + interval '61 minutes' as ends from tenancy.signing_keys where key_id = 'w1'`,
  ])
  expect(row?.ends).toBe('t')
})

async function enterWith({ id, hex }: { id: string; hex: string }) {
  const token = await signToken({ userId: world.seattleManager, keyId: id, keyHex: hex })
  return loot(scratch.service, [enter(token), 'select store_id from retail.stores'])
}
