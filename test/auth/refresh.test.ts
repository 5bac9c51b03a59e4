import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, describe, expect, it } from 'vitest'
import { type Account, GRACE_MS } from '../../src/auth/account.ts'
import { fetchEdge, person } from '../support/edge.ts'
import {
  allow,
  connect,
  ISSUER,
  knock,
  METADATA,
  postRegistration,
  postToken,
  REDIRECT,
  refresh,
  type TokenAnswer,
  trade,
} from './flow.ts'
import { enterInternet, leaveInternet } from './internet.ts'

const accounts = (env as unknown as { ACCOUNT: DurableObjectNamespace<Account> }).ACCOUNT
const seattle = () => accounts.getByName(person('seattle').userId)

/** Makes every refresh so far look as if it had happened before the grace time. */
async function letGracePass(): Promise<void> {
  await runInDurableObject(seattle(), (_account: Account, { storage }) => {
    storage.sql.exec('update rotations set at = at - ?', GRACE_MS + 1)
  })
}

describe('refreshing', { timeout: 90_000 }, () => {
  afterEach(leaveInternet)

  it('twenty at once get the same new tokens, round after round, and the last ones work', async () => {
    const { clientId, tokens } = await connect()
    let current: TokenAnswer = tokens

    for (let round = 0; round < 8; round += 1) {
      const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(clientId, current.refresh_token)))
      const bodies = await Promise.all(answers.map((answer) => answer.text()))

      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
      expect(new Set(bodies).size).toBe(1)
      const next = JSON.parse(bodies[0] ?? '') as TokenAnswer
      expect(next.refresh_token).not.toBe(current.refresh_token)
      current = next
    }

    expect(await knock(current.access_token)).toBe(200)
  })

  it('an old token that comes back later is refused, and the whole grant with it', async () => {
    const { clientId, tokens } = await connect()
    const first = (await (await refresh(clientId, tokens.refresh_token)).json()) as TokenAnswer
    expect(await knock(first.access_token)).toBe(200)
    await letGracePass()

    const replay = await refresh(clientId, tokens.refresh_token)
    const thief = await refresh(clientId, first.refresh_token)

    expect(replay.status).toBe(400)
    expect(await replay.json()).toMatchObject({ error: 'invalid_grant' })
    expect(thief.status).toBe(400)
    expect(await knock(first.access_token)).toBe(401)
  })

  it('a token that was never ours changes nothing', async () => {
    const { clientId, tokens } = await connect()
    const [user, grant] = tokens.refresh_token.split(':')

    const guess = await refresh(clientId, `${user}:${grant}:${'x'.repeat(32)}`)
    const honest = await refresh(clientId, tokens.refresh_token)

    expect([guess.status, honest.status]).toEqual([400, 200])
  })

  it('the answer is repeated only to the client that got it', async () => {
    const { clientId, tokens } = await connect()
    const other = await connect()
    await (await refresh(clientId, tokens.refresh_token)).text()

    const stolen = await refresh(other.clientId, tokens.refresh_token)

    expect(stolen.status).toBe(400)
    expect(await stolen.json()).toMatchObject({ error: 'invalid_grant' })
  })

  it('keeps no token in the account, only hashes and what is sealed with the token itself', async () => {
    const { clientId, tokens } = await connect()
    const next = (await (await refresh(clientId, tokens.refresh_token)).json()) as TokenAnswer

    const kept = await runInDurableObject(seattle(), (_account: Account, { storage }) =>
      JSON.stringify(storage.sql.exec('select * from rotations').toArray()),
    )

    for (const secret of [tokens.refresh_token, next.refresh_token, next.access_token]) {
      expect(kept).not.toContain(secret.split(':')[2])
    }
  })

  it('the answer is repeated to a client with a key only when it proves anew who it is', async () => {
    const clientId = 'https://assistant.example/client.json'
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
    const document = {
      client_id: clientId,
      client_name: 'Assistant',
      redirect_uris: [REDIRECT],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] },
    }
    enterInternet({ [clientId]: () => Response.json(document) })
    const proof = async () => ({
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await new SignJWT({ iss: clientId, sub: clientId, aud: ISSUER, jti: crypto.randomUUID() })
        .setProtectedHeader({ alg: 'ES256', kid: 'k' })
        .setIssuedAt()
        .setExpirationTime('1m')
        .sign(privateKey),
    })
    const traded = await trade(await allow({ clientId }), await proof())
    const { refresh_token } = (await traded.json()) as TokenAnswer
    const again = { grant_type: 'refresh_token', client_id: clientId, refresh_token }
    const first = await proof()

    const honest = await postToken({ ...again, ...first })
    const repeated = await postToken({ ...again, ...(await proof()) })
    const stolen = [
      await postToken(again),
      await postToken({ ...again, ...first }),
      await postToken({ ...again, ...first, client_assertion: 'x' }),
      await postToken({ ...again, client_assertion: '' }),
    ]

    expect([honest.status, repeated.status]).toEqual([200, 200])
    expect(await repeated.json()).toEqual(await honest.json())
    expect(stolen.map(({ status }) => status)).toEqual([401, 401, 401, 401])
  })

  it('the answer to a client with a secret is not repeated for blanks in its place', async () => {
    const registered = await postRegistration({ ...METADATA, token_endpoint_auth_method: 'client_secret_post' })
    const { client_id, client_secret } = (await registered.json()) as Record<string, string>
    const secrets = { client_id: client_id ?? '', client_secret: client_secret ?? '' }
    const traded = await trade(await allow({ clientId: secrets.client_id }), secrets)
    const { refresh_token } = (await traded.json()) as TokenAnswer
    const form = (more: [string, string][]) =>
      fetchEdge(`${ISSUER}/oauth/token`, {
        method: 'POST',
        body: new URLSearchParams([['grant_type', 'refresh_token'], ['refresh_token', refresh_token], ...more]),
      })

    // The authorization server reads over an empty one, and then takes the other.
    const honest = await form([
      ['client_id', ''],
      ['client_id', secrets.client_id],
      ['client_secret', ''],
      ['client_secret', secrets.client_secret],
    ])
    const stolen = await form([
      ['client_id', ''],
      ['client_id', secrets.client_id],
      ['client_secret', ''],
      ['client_secret', 'guessed'],
    ])

    expect([honest.status, stolen.status]).toEqual([200, 401])
  })

  it('a client that we have forgotten is told to register again', async () => {
    const answer = await postToken({ grant_type: 'refresh_token', client_id: 'gone', refresh_token: 'x' })

    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: 'invalid_client' })
  })

  it('somebody who was disabled gets no new tokens', async () => {
    const { disableUser } = await import('../support/owner.ts')
    const as = { sub: 'thuy', claims: { email: 'everett@zava.example', email_verified: true } }
    const { clientId, tokens } = await connect({ as })

    const enable = await disableUser(person('everett').userId)
    const refused = await refresh(clientId, tokens.refresh_token)
    await enable()

    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({ error: 'invalid_grant' })
  })
})

describe('revoking', { timeout: 120_000 }, () => {
  it('a refresh token ends the grant, its access tokens included', async () => {
    const { clientId, tokens } = await connect()

    const revoked = await postToken({ token: tokens.refresh_token, client_id: clientId })

    expect(revoked.status).toBe(200)
    expect(await knock(tokens.access_token)).toBe(401)
    expect((await refresh(clientId, tokens.refresh_token)).status).toBe(400)
  })

  it('a grant ends the answers that its used tokens got', async () => {
    const { clientId, tokens } = await connect()
    const next = (await (await refresh(clientId, tokens.refresh_token)).json()) as TokenAnswer

    await postToken({ token: next.refresh_token, client_id: clientId })
    const repeated = await refresh(clientId, tokens.refresh_token)

    expect(repeated.status).toBe(400)
    expect(await repeated.json()).toMatchObject({ error: 'invalid_grant' })
  })

  it('an access token ends that token and nothing else', async () => {
    const { clientId, tokens } = await connect()

    await postToken({ token: tokens.access_token, client_id: clientId, token_type_hint: 'access_token' })

    expect(await knock(tokens.access_token)).toBe(401)
    expect((await refresh(clientId, tokens.refresh_token)).status).toBe(200)
  })

  it('another client cannot revoke what is not its own, and is told nothing', async () => {
    const { tokens } = await connect()
    const other = await connect()

    const answer = await postToken({ token: tokens.refresh_token, client_id: other.clientId })

    expect(answer.status).toBe(200)
    expect(await knock(tokens.access_token)).toBe(200)
  })

  it('what was made up is answered as ever, and leaves nothing behind', async () => {
    const { clientId } = await connect()
    const nobody = crypto.randomUUID()
    const token = `${nobody}:${'g'.repeat(16)}:${'s'.repeat(32)}`

    const answers = [await postToken({ token, client_id: clientId }), await postToken({ token, client_id: 'unknown' })]

    const tables = await runInDurableObject(accounts.getByName(nobody), (_account: Account, { storage }) =>
      storage.sql.exec(`select name from sqlite_master where name not like '\\_cf%' escape '\\'`).toArray(),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 400])
    expect(tables).toEqual([])
  })
})
