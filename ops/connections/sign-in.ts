import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { AdvisedError } from '../terminal/advised-error.ts'

/**
 * Signing in to a command with the browser (RFC 8252): the command listens on this device for the person's yes, which only
 * it can trade (PKCE, S256), for a ticket that it keeps in memory and nowhere else.
 */

const WAIT_MS = 5 * 60_000
const AGAIN = 'Run the command again, and choose Allow in the browser.'

const secret = () => randomBytes(32).toString('base64url')

/** Returns a ticket, good for ten minutes, that opens the list of the person's connected clients at `base`. */
export async function signInByBrowser(base: URL): Promise<string> {
  const verifier = secret()
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const state = secret()
  const answer = Promise.withResolvers<string>()
  const listener = await listen(state, answer)
  const timer = setTimeout(() => answer.reject(new AdvisedError('Nobody said yes for five minutes.', AGAIN)), WAIT_MS)
  try {
    const page = new URL(`${base.pathname}/command`, base)
    page.search = new URLSearchParams({ port: String(portOf(listener)), challenge, state }).toString()
    const check = createHash('sha256').update(challenge).digest('hex').slice(0, 8)
    // What the command finds is on the other stream, for whoever reads that with a program.
    console.error(`Sign in with your browser, where the page must show ${check}:\n\n  ${page}\n`)
    if (process.stderr.isTTY) openBrowser(page.href)
    return await trade(base, await answer.promise, verifier)
  } finally {
    clearTimeout(timer)
    listener.close()
    listener.closeAllConnections()
  }
}

/** Waits on this device for the one answer that carries our state; whatever else comes is turned away, and changes nothing. */
async function listen(state: string, answer: PromiseWithResolvers<string>): Promise<Server> {
  const server = createServer((request, response) => {
    const asked = `http://127.0.0.1${request.url}`
    const { pathname, searchParams } = new URL(URL.canParse(asked) ? asked : 'http://127.0.0.1/nothing')
    const isOurs = request.headers.host === `127.0.0.1:${portOf(server)}` && pathname === '/'
    const isAnswer = request.method === 'GET' && isOurs && searchParams.get('state') === state
    const code = searchParams.get('code')
    const text = code === null ? 'You said no: the command can do nothing.' : 'Done.'
    response.writeHead(isAnswer ? 200 : 404, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; img-src data:; frame-ancestors 'none'",
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      connection: 'close',
    })
    // Whether the browser has read it to the end or not: its answer counts.
    response.on('close', () => {
      if (!isAnswer) return
      if (code === null) answer.reject(new AdvisedError('You said no in the browser.', AGAIN))
      else answer.resolve(code)
    })
    response.end(isAnswer ? closing(`${text} You may close this window.`) : 'There is nothing here.')
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return server
}

/** The last page; without a picture of its own the browser would ask a command for one that has ended. */
function closing(text: string): string {
  return `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><title>npm run connections</title>
<h1>${text}</h1></html>`
}

async function trade(base: URL, code: string, verifier: string): Promise<string> {
  const response = await fetch(`${base}/token`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({ code, verifier }),
  }).catch(() => undefined)
  const body = z.object({ token: z.string() }).safeParse(await response?.json().catch(() => null))
  if (body.success) return body.data.token
  throw new AdvisedError(`The service did not take the browser's answer (status ${response?.status ?? 'none'}).`, AGAIN)
}

/** Tries; whoever has no browser here has read the address. */
function openBrowser(url: string): void {
  const [program, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', url]
        : ['xdg-open', url]
  const child = spawn(program ?? '', args, { stdio: 'ignore', detached: true })
  child.on('error', () => {})
  child.unref()
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}
