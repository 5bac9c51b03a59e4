import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { describe, expect, onTestFinished, test } from 'vitest'
import { AUDIENCE, ISSUER, mintToken } from '../../dev/issuer/mint-token.ts'
import { isStackAlive, startIssuer } from '../../dev/issuer/server.ts'
import { openSigningKey, readSigningKey, type SigningKey, SigningKeyError } from '../../dev/issuer/signing-key.ts'
import { readTokenRequest, TOKEN_OPTIONS } from '../../dev/issuer/token-request.ts'
import { workerVariables } from '../../dev/stack/worker-variables.ts'
import { parseArguments } from '../../ops/terminal/arguments.ts'
import type { Principal } from '../../src/auth/principal.ts'
import { bearerToken, servicePrincipal } from '../../src/auth/token.ts'
import { type Config, readConfig } from '../../src/env.ts'
import { temporaryFolder } from './temporary-folder.ts'

const NOW = Date.parse('2026-06-30T20:00:00Z')
const SEATTLE = 'f47ac10b-58cc-4372-a567-0e02b2c3d479'

async function openIssuer(key: SigningKey) {
  const issuer = await startIssuer(key, 'stack-1')
  onTestFinished(() => issuer.close())
  return issuer
}

async function makeKey(): Promise<SigningKey> {
  return openSigningKey(join(await temporaryFolder(), 'key.json'))
}

function configFor(keysUrl: string) {
  return readConfig(
    workerVariables({
      publicUrl: 'http://localhost:8787',
      databaseEndpoint: 'http://127.0.0.1:1/sql',
      databaseName: 'postgres',
      keysUrl,
      embeddingsUrl: 'http://127.0.0.1:2/v1',
      secrets: {
        servicePassword: 'a'.repeat(32),
        contextKey: '0123456789abcdef'.repeat(4),
        sessionKey: 'fedcba9876543210'.repeat(4),
      },
    }),
  )
}

function bearing(token: string): Request {
  return new Request('http://localhost:8787/mcp', { headers: { authorization: `Bearer ${token}` } })
}

function authenticate(request: Request, config: Config, now: number): Promise<Principal> {
  return servicePrincipal(bearerToken(request), config, now)
}

describe('a token of the local issuer', () => {
  test('is accepted by the Worker as the manager it was minted for', async () => {
    const key = await makeKey()
    const config = configFor((await openIssuer(key)).keysUrl)

    const token = await mintToken(key, { userId: SEATTLE, now: NOW })

    expect(await authenticate(bearing(token), config, NOW)).toEqual({
      userId: SEATTLE,
      clientId: 'zava-local',
      grantId: `${ISSUER}#${SEATTLE}`,
      scopes: ['retail:read', 'retail:sql'],
    })
  })

  test('is refused after eight hours', async () => {
    const key = await makeKey()
    const config = configFor((await openIssuer(key)).keysUrl)
    const token = await mintToken(key, { userId: SEATTLE, now: NOW })

    const later = NOW + 8 * 3_600_000 + 31_000

    await expect(authenticate(bearing(token), config, later)).rejects.toMatchObject({ reason: 'ERR_JWT_EXPIRED' })
  })

  test('of another data folder is refused', async () => {
    const config = configFor((await openIssuer(await makeKey())).keysUrl)
    const foreign = await mintToken(await makeKey(), { userId: SEATTLE, now: NOW })

    await expect(authenticate(bearing(foreign), config, NOW)).rejects.toMatchObject({ name: 'InvalidTokenError' })
  })

  test('says what was asked for', async () => {
    const token = await mintToken(await makeKey(), { userId: SEATTLE, scope: 'retail:read', hours: 1, now: NOW })

    expect(decodeJwt(token)).toEqual({
      iss: ISSUER,
      aud: AUDIENCE,
      sub: SEATTLE,
      client_id: 'zava-local',
      scope: 'retail:read',
      iat: NOW / 1000,
      exp: NOW / 1000 + 3600,
    })
  })
})

describe('the signing key', () => {
  test('is made once, for this user of the machine only', async () => {
    const path = join(await temporaryFolder(), 'key.json')

    const made = await openSigningKey(path)
    const read = await openSigningKey(path)

    expect(read.keyId).toBe(made.keyId)
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  test('is published without its private part', async () => {
    const { keysUrl } = await openIssuer(await makeKey())

    const { keys } = (await (await fetch(keysUrl)).json()) as { keys: Record<string, unknown>[] }

    expect(keys).toHaveLength(1)
    expect(keys[0]).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256' })
    expect(keys[0]).not.toHaveProperty('d')
  })

  test('that is damaged is not replaced behind your back', async () => {
    const path = join(await temporaryFolder(), 'key.json')
    await writeFile(path, '{"kty":"EC"}')

    await expect(openSigningKey(path)).rejects.toThrow(SigningKeyError)

    expect(await readFile(path, 'utf8')).toBe('{"kty":"EC"}')
  })

  test('is absent before the first start', async () => {
    expect(await readSigningKey(join(await temporaryFolder(), 'key.json'))).toBeUndefined()
  })
})

test('the issuer tells its own stack from another one', async () => {
  const { port } = await openIssuer(await makeKey())

  expect(await isStackAlive(port, 'stack-1')).toBe(true)
  expect(await isStackAlive(port, 'stack-2')).toBe(false)
})

describe('npm run token', () => {
  const read = (...args: string[]) => readTokenRequest(parseArguments(args, TOKEN_OPTIONS, { maxWords: 1 }))

  test('takes a name, in any case', () => {
    expect(read('Seattle')).toEqual({
      userId: SEATTLE,
      scope: 'retail:read retail:sql',
      hours: 8,
      dataDir: undefined,
    })
  })

  test('takes a user id, scopes and hours', () => {
    const id = '01234567-89AB-4cde-8f01-23456789abcd'

    expect(read(id, '--scope', 'retail:read,ops:read', '--hours', '2', '--data', 'x')).toEqual({
      userId: id.toLowerCase(),
      scope: 'retail:read ops:read',
      hours: 2,
      dataDir: 'x',
    })
  })

  test.each([
    [['portland'], 'There is no manager "portland". Known are seattle, bellevue,'],
    [[], 'Say whose token: npm run token -- seattle. Known are seattle,'],
    [
      ['seattle', '--scope', 'admin'],
      '--scope must be any of retail:read, retail:sql, ops:read, separated by spaces, not "admin".',
    ],
    [['seattle', '--hours', '0'], '--hours must be a whole number from 1 to 8760, not "0".'],
    [['seattle', 'redmond'], '"redmond" is not understood;'],
  ])('refuses %j and lists what there is', (args, sentence) => {
    expect(() => read(...args)).toThrow(sentence)
  })
})
