import type { Login } from '../engine.ts'
import { fatal } from '../errors.ts'
import type { Setting } from './orders.ts'
import { ClientGone, type WireReader } from './wire-reader.ts'

const ENCRYPTION_REQUESTS = new Set([80_877_103, 80_877_104])
const CANCEL_REQUEST = 80_877_102
const PROTOCOL_3 = 3

/** A startup packet: who asks, and the settings the connection shall begin with. */
export interface Startup {
  readonly login: Omit<Login, 'password'>
  readonly settings: readonly Setting[]
}

// client_encoding is always UTF8 here; the others are no settings.
const NOT_SETTINGS = new Set(['user', 'database', 'client_encoding', 'replication', 'options'])

/** Reads packets until the real startup packet; refuses encryption on the way, as a server without TLS does. */
export async function readStartup(reader: WireReader, send: (bytes: Buffer) => void): Promise<Startup> {
  for (;;) {
    const packet = await reader.startup()
    const code = packet.length >= 8 ? packet.readInt32BE(4) : 0
    if (code === CANCEL_REQUEST) throw new ClientGone()
    if (ENCRYPTION_REQUESTS.has(code)) send(Buffer.from('N'))
    else if (code >>> 16 === PROTOCOL_3) return parse(packet.subarray(8))
    else throw fatal('08P01', 'unsupported frontend protocol')
  }
}

function parse(body: Buffer): Startup {
  const words = body.toString().split('\0')
  const pairs: Setting[] = []
  for (let i = 0; words[i]; i += 2) pairs.push([words[i] ?? '', words[i + 1] ?? ''])

  const given = new Map(pairs)
  const user = given.get('user')
  if (!user) throw fatal('28000', 'no PostgreSQL user name specified in startup packet')
  return {
    login: {
      user,
      database: given.get('database') || user,
      applicationName: given.get('application_name') ?? '',
    },
    settings: pairs.filter(([name, value]) => value && !NOT_SETTINGS.has(name) && !name.startsWith('_pq_.')),
  }
}
