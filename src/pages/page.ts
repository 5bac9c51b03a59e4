import { html, raw } from 'hono/html'
import { randomHex } from '../hmac.ts'

/** The frame of every page for people: one column, no script, nothing from elsewhere, both colour schemes. */

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #566173; --paper: #fff; --ground: #f2f4f7; --line: #d5dae2;
  --accent: #0b5cad; --on-accent: #fff; --warn: #7a4b00; --warn-ground: #fff4de; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf2; --soft: #a5b0c0; --paper: #1a212b; --ground: #10151c;
  --line: #36404e; --accent: #7db8f5; --on-accent: #0b1a2a; --warn: #ffd894; --warn-ground: #33270f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); overflow-wrap: anywhere;
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 34rem; margin: 3rem auto; padding: 2rem; background: var(--paper); border: 1px solid var(--line);
  border-radius: 12px; }
@media (max-width: 38rem) { main { margin: 0; min-height: 100dvh; border: 0; border-radius: 0; padding: 1.25rem; } }
.brand { margin: 0 0 1.25rem; color: var(--soft); font-size: .875rem; font-weight: 600; }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
p { margin: 0 0 1rem; }
ul { list-style: none; margin: 0 0 1.25rem; padding: 0; border: 1px solid var(--line); border-radius: 8px; }
li { padding: .75rem 1rem; border-top: 1px solid var(--line); }
li:first-child { border-top: 0; }
li p { margin: 0; }
a { color: var(--accent); }
small, .soft { color: var(--soft); font-size: .875rem; }
li small { display: block; }
.client { display: flex; gap: 1rem; align-items: flex-start; margin-bottom: 1rem; }
.client h1 { margin: auto 0; }
.logo { flex: none; width: 56px; height: 56px; border-radius: 12px; border: 1px solid var(--line); object-fit: contain;
  display: grid; place-items: center; font-size: 1.5rem; font-weight: 600; color: var(--soft); background: var(--ground); }
.notice { padding: .75rem 1rem; border-radius: 8px; background: var(--warn-ground); color: var(--warn); }
label { display: flex; gap: .75rem; align-items: flex-start; cursor: pointer; }
input[type=checkbox] { flex: none; width: 1.25rem; height: 1.25rem; margin: .125rem 0 0; accent-color: var(--accent); }
.actions { display: flex; gap: .75rem; flex-wrap: wrap; margin: 1.5rem 0 1rem; }
button, .button { font: inherit; font-weight: 600; min-height: 2.75rem; padding: .5rem 1.25rem; border-radius: 8px;
  border: 1px solid var(--line); background: transparent; color: var(--ink); cursor: pointer; text-decoration: none; }
.actions button { flex: 1 1 9rem; }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
button.link { min-height: 0; padding: 0; border: 0; font-weight: 400; color: var(--accent); text-decoration: underline; }
button:hover, .choice:hover { filter: brightness(1.08); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.choice { display: block; padding: .75rem 1rem; margin: -.75rem -1rem; color: inherit; text-decoration: none; }
.choice strong { color: var(--accent); }
.row { display: flex; gap: 1rem; align-items: center; flex-wrap: wrap; }
.row div { flex: 1 1 14rem; }
code { font-size: .9em; }
`

/** Markup that was made with the tag `html`, which escapes whatever is put into it. */
export type Markup = ReturnType<typeof html>

export interface PageOptions {
  readonly title: string
  readonly body: Markup | Promise<Markup>
  readonly status?: number
  /** Where the page leads by itself, at once. */
  readonly onward?: string
  readonly headers?: Headers
}

/** Answers a page under a policy that lets it load nothing, run nothing and be framed by nobody. */
export async function page({ title, body, status = 200, onward, headers = new Headers() }: PageOptions) {
  const nonce = randomHex(16)
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    'img-src data:',
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
  const text = await html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="robots" content="noindex" />
    ${onward === undefined ? '' : html`<meta http-equiv="refresh" content="0;url=${onward}" />`}
    <link rel="icon" href="data:," />
    <title>${title} · Zava Retail Analytics</title>
    <style nonce="${nonce}">${raw(STYLE)}</style>
  </head>
  <body>
    <main>
      <p class="brand">Zava Retail Analytics</p>
      ${await body}
    </main>
  </body>
</html>`
  headers.set('content-type', 'text/html; charset=utf-8')
  headers.set('content-security-policy', policy.join('; '))
  headers.set('x-frame-options', 'DENY')
  headers.set('cache-control', 'no-store')
  return new Response(String(text), { status, headers })
}
