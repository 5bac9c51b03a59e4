import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import { writePrivately } from '../stack/private-file.ts'

/** Every verifier of ours accepts it, and its keys are short. */
export const ALGORITHM = 'ES256'

/** The key pair with which the local issuer signs. */
export interface SigningKey {
  readonly keyId: string
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
}

/** The file does not hold a key of ours. */
export class SigningKeyError extends Error {}

/** Reads the key pair from a file; undefined when there is no such file. Throws `SigningKeyError` when it is damaged. */
export async function readSigningKey(path: string): Promise<SigningKey | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  try {
    return await toSigningKey(JSON.parse(text) as JWK)
  } catch (cause) {
    throw new SigningKeyError(`The signing key in ${path} cannot be read.`, { cause })
  }
}

/** Reads the key pair, or makes one that only this user of the machine can read. */
export async function openSigningKey(path: string): Promise<SigningKey> {
  const known = await readSigningKey(path)
  if (known !== undefined) return known
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true })
  const jwk: JWK = { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: ALGORITHM, use: 'sig' }
  await writePrivately(path, `${JSON.stringify(jwk, null, 2)}\n`)
  return toSigningKey(jwk)
}

async function toSigningKey(jwk: JWK): Promise<SigningKey> {
  const { d, ...publicJwk } = jwk
  const key = await importJWK(jwk, ALGORITHM)
  if (d === undefined || jwk.kid === undefined || key instanceof Uint8Array) throw new Error('not a private key')
  return { keyId: jwk.kid, privateKey: key, publicJwk }
}
