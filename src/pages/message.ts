import { html } from 'hono/html'
import { page } from './page.ts'

export interface MessageOptions {
  readonly title: string
  readonly message: string
  readonly hint?: string | undefined
  readonly status: number
  readonly requestId: string
  readonly headers?: Headers
}

/** A page that says what went wrong and what to do; it grants nothing and leads nowhere. */
export function messagePage({ title, message, hint, status, requestId, headers }: MessageOptions): Promise<Response> {
  return page({
    title,
    status,
    ...(headers === undefined ? {} : { headers }),
    body: html`<h1>${title}</h1>
      <p>${message}</p>
      ${hint === undefined ? '' : html`<p>${hint}</p>`}
      <p class="soft">Request ${requestId}</p>`,
  })
}

/** The page for somebody who signed in well, but whom nobody has added: says whom to ask, grants nothing. */
export function strangerPage(contact: string, requestId: string, headers?: Headers): Promise<Response> {
  return messagePage({
    title: 'You have no access yet',
    message:
      'You signed in, but your account is not known to Zava Retail Analytics. Nothing was shared with any client.',
    hint: `Ask ${contact} to add you, then connect again.`,
    status: 403,
    requestId,
    ...(headers === undefined ? {} : { headers }),
  })
}
