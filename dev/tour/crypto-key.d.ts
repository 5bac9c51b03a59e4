import type { webcrypto } from 'node:crypto'

/** The Worker's sources name this type as a global one; Node's types have it in a module only. */
declare global {
  interface CryptoKey extends webcrypto.CryptoKey {}
}
