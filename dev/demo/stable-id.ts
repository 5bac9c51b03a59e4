import { createHash } from 'node:crypto'

/** Derives a UUID of version 4's shape from a name: the same name, the same id, on every machine. */
export function stableId(...name: readonly string[]): string {
  const hash = createHash('sha256')
    .update(`zava demo\n${name.join('\n')}`)
    .digest('hex')
  const variant = '89ab'[Number.parseInt(hash.charAt(16), 16) % 4]
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-${variant}${hash.slice(17, 20)}-${hash.slice(20, 32)}`
}
