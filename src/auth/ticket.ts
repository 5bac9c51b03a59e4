import type { Config } from '../env.ts'
import { isSigned, signText } from '../hmac.ts'

/** "This user, until then", as a text that only we can sign. A ticket of one kind opens nothing that asks for another. */

const VERSION = 'b1'

/** Signed in at a browser; a person's yes to a command, to be spent once; what the command got for it. */
export type TicketKind = 'browser' | 'command code' | 'command'

export interface Ticket {
  readonly userId: string
  /** Sets it apart from others of the user: letters, digits, `-` and `_`. */
  readonly mark: string
  /** Seconds since 1970. */
  readonly until: number
}

/** Returns the signed ticket. */
export async function signTicket(kind: TicketKind, { userId, mark, until }: Ticket, config: Config): Promise<string> {
  const body = [VERSION, userId, until, mark].join('.')
  return `${body}.${await signText(config.SESSION_KEY, `${kind}:${body}`)}`
}

/** Returns what a ticket of this kind says, or undefined for anything else and once its time is over. */
export async function readTicket(
  kind: TicketKind,
  text: string,
  config: Config,
  now: number,
): Promise<Ticket | undefined> {
  const [version, userId = '', until = '', mark = '', mac = '', rest] = text.split('.')
  if (version !== VERSION || rest !== undefined || !/^\d{10}$/.test(until) || Number(until) * 1000 < now)
    return undefined
  const body = [version, userId, until, mark].join('.')
  if (!(await isSigned(config.SESSION_KEY, `${kind}:${body}`, mac))) return undefined
  return { userId, mark, until: Number(until) }
}
