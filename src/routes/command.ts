import { Hono } from 'hono'
import { z } from 'zod'
import { formToken, isFormToken } from '../auth/browser.ts'
import { challengeOf } from '../auth/oidc.ts'
import { readTicket, signTicket } from '../auth/ticket.ts'
import { AuthorizationError, ValidationError } from '../errors.ts'
import { randomHex, sha256Hex } from '../hmac.ts'
import { commandPage } from '../pages/command.ts'
import { strangerPage } from '../pages/message.ts'
import { leadOn } from '../pages/onward.ts'
import { type AppContext, type AppEnv, limitBody, readPostedForm } from './app-env.ts'
import { signedInPerson } from './authorize.ts'
import { refuseFlood } from './oauth.ts'
import { startSignIn } from './sign-in.ts'

/**
 * How `npm run connections` learns whose clients it is about, without a token being copied: the person says yes on a page,
 * the yes goes to the port on which the command listens, and the command trades it for a ticket that opens the list of
 * connected clients and nothing else. There is no address to choose: the yes goes to 127.0.0.1, or nowhere.
 */

const PATH = '/connections/command'
const MAX_FORM_BYTES = 16 * 1024
const CODE_S = 60
const TICKET_S = 600

/** What a command asks with; PKCE is not an option (S256, RFC 7636). */
const asked = z.object({
  port: z
    .string()
    .regex(/^[1-9]\d{3,4}$/)
    .refine((port) => Number(port) >= 1024 && Number(port) <= 65_535),
  challenge: z.string().regex(/^[\w-]{43}$/),
  state: z.string().regex(/^[\w-]{43}$/),
})
type Asked = z.output<typeof asked>

/** Where a person allows their own command, and where it trades their yes. */
export function commandRoutes(): Hono<AppEnv> {
  const app = new Hono<AppEnv>()

  app.get(PATH, async (c) => {
    await refuseFlood(c, c.env.SIGN_IN_LIMIT)
    const request = readAsked(new URL(c.req.url).searchParams)
    const person = await signedInPerson(c)
    if (person === 'nobody') return startSignIn(c, pathOf(request), { again: false })
    if (person === 'stranger') return strangerPage(c.var.config.ACCESS_CONTACT, c.var.requestId)
    const token = await formToken(purposeOf(request), person.userId, c.var.config)
    const check = (await sha256Hex(request.challenge)).slice(0, 8)
    return commandPage({ person, check, hidden: { ...request, token } })
  })

  app.post(PATH, limitBody(MAX_FORM_BYTES), async (c) => leadOn(await decide(c)))

  app.post('/connections/token', limitBody(MAX_FORM_BYTES), async (c) => {
    await refuseFlood(c, c.env.SIGN_IN_LIMIT)
    const form = await readPostedForm(c)
    const { config } = c.var
    const now = Date.now()
    const code = await readTicket('command code', String(form.get('code')), config, now)
    const isItsOwn = code !== undefined && code.mark === (await challengeOf(String(form.get('verifier'))))
    // An account hears only of codes that were given: made-up ones wake nobody's.
    if (!isItsOwn || !(await c.env.ACCOUNT.getByName(code.userId).spendCode(code.mark, code.until))) throw notTraded()
    const ticket = { userId: code.userId, mark: randomHex(16), until: Math.floor(now / 1000) + TICKET_S }
    c.header('cache-control', 'no-store')
    return c.json({ token: await signTicket('command', ticket, config), expires_in: TICKET_S })
  })

  return app
}

/** Does what the person has chosen; the answer leads to the command, or to a sign-in as somebody else. */
async function decide(c: AppContext): Promise<Response> {
  await refuseFlood(c, c.env.SIGN_IN_LIMIT)
  const form = await readPostedForm(c)
  const request = readAsked(form)
  if (form.get('decision') === 'switch') return startSignIn(c, pathOf(request), { again: true })
  const person = await signedInPerson(c)
  if (person === 'nobody') return startSignIn(c, pathOf(request), { again: false })
  if (person === 'stranger') return strangerPage(c.var.config.ACCESS_CONTACT, c.var.requestId)
  if (!(await isFormToken(form.get('token'), purposeOf(request), person.userId, c.var.config))) throw foreignForm()
  if (form.get('decision') !== 'allow') return toCommand(request, { error: 'access_denied' })
  // The challenge sets the code apart: a command's yes can be traded once, however often it was given.
  const until = Math.floor(Date.now() / 1000) + CODE_S
  const ticket = { userId: person.userId, mark: request.challenge, until }
  c.var.log.info('a command was allowed', { user_id: person.userId })
  return toCommand(request, { code: await signTicket('command code', ticket, c.var.config) })
}

/** Reads each parameter once; what is said twice is none of the forms. */
function readAsked(from: URLSearchParams | FormData): Asked {
  const read = asked.safeParse(
    Object.fromEntries(asked.keyof().options.map((name) => [name, from.getAll(name).join()])),
  )
  if (read.success) return read.data
  throw new ValidationError('This request of a command is not complete.', {
    field: String(read.error.issues[0]?.path[0]),
    constraint: 'as npm run connections asks',
    hint: 'Run the command again, and open the address that it prints.',
  })
}

/** A form is good for one person and for this very request. */
function purposeOf({ port, challenge, state }: Asked): string {
  return `command:${port}:${challenge}:${state}`
}

function pathOf(request: Asked): string {
  return `${PATH}?${new URLSearchParams(request)}`
}

function toCommand({ port, state }: Asked, answer: Record<string, string>): Response {
  const location = `http://127.0.0.1:${port}/?${new URLSearchParams({ ...answer, state })}`
  return new Response(null, { status: 302, headers: { location } })
}

function foreignForm(): AuthorizationError {
  return new AuthorizationError('This form did not come from your own page.', { hint: 'Run the command again.' })
}

function notTraded(): ValidationError {
  return new ValidationError(
    'This yes cannot be traded: it is not this command’s, was used, or is older than a minute.',
    {
      field: 'code',
      constraint: 'a code of ours with its verifier, once',
      hint: 'Run the command again.',
    },
  )
}
