import { Hono } from 'hono'
import { formToken, isFormToken, readBrowser, SIGNED_OUT } from '../auth/browser.ts'
import { type Person, readPerson } from '../auth/person.ts'
import { readTicket } from '../auth/ticket.ts'
import { bearerToken, InvalidTokenError, servicePrincipal } from '../auth/token.ts'
import { AuthorizationError, NotFoundError } from '../errors.ts'
import { connectionsPage } from '../pages/connections.ts'
import { messagePage, strangerPage } from '../pages/message.ts'
import { leadOn } from '../pages/onward.ts'
import { type AppContext, type AppEnv, limitBody, readPostedForm } from './app-env.ts'
import { signedInPerson } from './authorize.ts'
import { refuseFlood } from './oauth.ts'
import { startSignIn } from './sign-in.ts'

const PATH = '/connections'
const FORM = 'connections'
const MAX_FORM_BYTES = 16 * 1024

/** A person's connected clients: a page for browsers, JSON for commands. */
export function connectionRoutes(): Hono<AppEnv> {
  const app = new Hono<AppEnv>()

  app.get(PATH, async (c) => {
    await refuseFlood(c, c.env.SIGN_IN_LIMIT)
    if (c.req.header('authorization') !== undefined) return listAsJson(c)
    const person = await signedInPerson(c)
    if (person === 'nobody') return startSignIn(c, PATH, { again: false })
    if (person === 'stranger') return strangerPage(c.var.config.ACCESS_CONTACT, c.var.requestId)
    return show(c, person, undefined)
  })

  app.post(PATH, limitBody(MAX_FORM_BYTES), async (c) => {
    await refuseFlood(c, c.env.SIGN_IN_LIMIT)
    const person = await signedInPerson(c)
    if (person === 'nobody') return leadOn(await startSignIn(c, PATH, { again: false }))
    if (person === 'stranger') return strangerPage(c.var.config.ACCESS_CONTACT, c.var.requestId)
    const form = await readPostedForm(c)
    if (!(await isFormToken(form.get('token'), FORM, person.userId, c.var.config))) throw foreignForm()
    const grantId = String(form.get('grant') ?? '')
    const account = c.env.ACCOUNT.getByName(person.userId)
    const client = (await account.listClients()).find((one) => one.grantId === grantId)
    if (client !== undefined) await account.disconnect(grantId)
    return show(c, person, client?.name)
  })

  app.delete(`${PATH}/:grant`, async (c) => {
    await refuseFlood(c, c.env.SIGN_IN_LIMIT)
    const { userId } = await whoAsksByToken(c)
    if (!(await c.env.ACCOUNT.getByName(userId).disconnect(c.req.param('grant')))) {
      return c.json({ error: new NotFoundError('There is no such client.').toPublic(c.var.requestId) }, 404)
    }
    return c.body(null, 204)
  })

  app.post('/sign-out', limitBody(MAX_FORM_BYTES), async (c) => {
    const userId = await readBrowser(c.req.raw, c.var.config, Date.now())
    const form = await readPostedForm(c)
    if (userId !== undefined && !(await isFormToken(form.get('token'), FORM, userId, c.var.config))) throw foreignForm()
    return messagePage({
      title: 'Signed out',
      message: 'You are signed out of these pages. Your connected clients stay connected.',
      status: 200,
      requestId: c.var.requestId,
      headers: new Headers([['set-cookie', SIGNED_OUT]]),
    })
  })

  return app
}

async function show(c: AppContext, person: Person, disconnected: string | undefined): Promise<Response> {
  const clients = await c.env.ACCOUNT.getByName(person.userId).listClients()
  const token = await formToken(FORM, person.userId, c.var.config)
  return connectionsPage({ person, clients, formToken: token, disconnected, now: Date.now() })
}

async function listAsJson(c: AppContext): Promise<Response> {
  const person = await whoAsksByToken(c)
  const clients = await c.env.ACCOUNT.getByName(person.userId).listClients()
  return c.json(
    {
      person: person.displayName,
      clients: clients.map((client) => ({
        id: client.grantId,
        name: client.name,
        redirect_host: client.redirectHost,
        scopes: client.scopes,
        connected_at: new Date(client.connectedAt).toISOString(),
        last_used: new Date(client.lastUsed).toISOString(),
      })),
    },
    200,
    { 'cache-control': 'no-store' },
  )
}

/**
 * Only what a person's own command got for their yes, or their token of the company's issuer: a client that was allowed to
 * read must not manage the others.
 */
async function whoAsksByToken(c: AppContext): Promise<Person> {
  try {
    const token = bearerToken(c.req.raw)
    const now = Date.now()
    const command = await readTicket('command', token, c.var.config, now)
    const { userId } = command ?? (await servicePrincipal(token, c.var.config, now))
    return await readPerson(userId, c.var.config)
  } catch (error) {
    if (!(error instanceof InvalidTokenError)) throw error
    throw new AuthorizationError(
      'This needs a sign-in of your own that is at most ten minutes old, or a token of the company’s issuer.',
      { hint: 'Run the command again.', cause: error },
    )
  }
}

function foreignForm(): AuthorizationError {
  return new AuthorizationError('This form did not come from your own page.', { hint: 'Open /connections again.' })
}
