import { html } from 'hono/html'
import { page } from './page.ts'

/**
 * Turns a redirect that answers a form into a page that leads there by itself. Browsers hold every redirect that follows a
 * form to the policy of the page that the form stood on, also those of a client's own callback, which nobody can list.
 */
export async function leadOn(answer: Response): Promise<Response> {
  const location = answer.headers.get('location')
  if (location === null) return answer
  const headers = new Headers(answer.headers)
  headers.delete('location')
  return page({
    title: 'One moment',
    headers,
    onward: location,
    body: html`<h1>One moment</h1>
      <p>This page goes on by itself. If it does not, <a href="${location}">go on here</a>.</p>`,
  })
}
