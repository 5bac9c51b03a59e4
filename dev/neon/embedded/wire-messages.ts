/** The few backend messages that we write or change ourselves. */
import type { PostgresFields } from '../errors.ts'

const HEADER = 5

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(HEADER)
  head.write(type, 'latin1')
  head.writeUInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

function int32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, i) => {
    bytes.writeInt32BE(value, i * 4)
  })
  return bytes
}

const AUTHENTICATION_OK = 0
const AUTHENTICATION_CLEARTEXT = 3

/** Loopback only, so the password may come in clear; the driver sends it so without being asked. */
export const askForPassword = message('R', int32(AUTHENTICATION_CLEARTEXT))

/** Everything between a good password and the first query. */
export function welcome(parameters: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat([
    message('R', int32(AUTHENTICATION_OK)),
    ...Object.entries(parameters).map(([name, value]) => message('S', Buffer.from(`${name}\0${value}\0`))),
    // A process id and a key to cancel with; nobody can cancel this way here.
    message('K', int32(1, 1)),
    message('Z', Buffer.from('I')),
  ])
}

export function errorMessage({ severity = 'ERROR', code = 'XX000', message: text }: PostgresFields): Buffer {
  return message('E', Buffer.from(`S${severity}\0V${severity}\0C${code}\0M${text}\0\0`))
}

/** Gives every "query cancelled" error in an answer other words. */
export function rewordCancel(answer: Uint8Array, words: PostgresFields): Buffer {
  const bytes = Buffer.from(answer)
  const out: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + bytes.readUInt32BE(at + 1)
    const frame = bytes.subarray(at, end)
    out.push(isCancel(frame) ? errorMessage(words) : frame)
    at = end
  }
  return Buffer.concat(out)
}

function isCancel(frame: Buffer): boolean {
  return frame.toString('latin1', 0, 1) === 'E' && frame.includes('\0C57014\0')
}
