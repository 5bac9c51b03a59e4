import { html, raw } from 'hono/html'
import { randomHex } from '../hmac.ts'
import { type ClientGuide, clientGuides } from './clients.ts'

/** The page for people who open the service in a browser: what it is, and how their assistant is told about it. */

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #566173; --paper: #fff; --ground: #f2f4f7; --line: #d5dae2;
  --accent: #0b5cad; --on-accent: #fff; --good: #1a7f4b; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf2; --soft: #a5b0c0; --paper: #1a212b; --ground: #10151c;
  --line: #36404e; --accent: #7db8f5; --on-accent: #0b1a2a; --good: #6fd29c; --bad: #ff9a91; } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--ground); color: var(--ink); overflow-wrap: anywhere;
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 3rem 1.25rem 4rem; }
h1 { margin: 0 0 .5rem; font-size: 2rem; line-height: 1.2; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.15rem; }
p { margin: 0 0 1rem; }
.soft { color: var(--soft); }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem; }
.url { margin-bottom: .75rem; display: flex; gap: .75rem; align-items: center; flex-wrap: wrap; }
.url code { flex: 1 1 14rem; font-size: 1.05rem; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { margin: .75rem 0; padding: .75rem 1rem; white-space: pre-wrap; font-size: .875rem; background: var(--ground);
  border: 1px solid var(--line); border-radius: 8px; }
.file { margin: .75rem 0 -.5rem; font-size: .875rem; color: var(--soft); }
button, .button { font: inherit; font-weight: 600; min-height: 2.75rem; padding: .4rem 1rem; border-radius: 8px;
  border: 1px solid var(--line); background: transparent; color: var(--ink); cursor: pointer; text-decoration: none;
  display: inline-flex; align-items: center; }
.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
[role=tablist] { display: flex; flex-wrap: wrap; gap: .4rem; margin-bottom: .75rem; }
[role=tab] { min-height: 2.4rem; padding: .25rem .8rem; font-weight: 500; }
[role=tab][aria-selected=true] { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.client h3 { margin: 0 0 .5rem; font-size: 1.05rem; }
/* In colours of the person's own, a ground says nothing. */
@media (forced-colors: active) { [role=tab][aria-selected=true] { border: 3px solid; } .dot { forced-color-adjust: none; } }
.client + .client { margin-top: 1rem; }
.client p:last-child { margin-bottom: 0; }
a { color: var(--accent); }
.primary, .primary:visited { color: var(--on-accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
#health a, footer a { display: inline-block; padding: .25rem 0; }
[data-copy] { min-width: 6.5rem; justify-content: center; }
.unseen { position: absolute; clip-path: inset(50%); }
ul { margin: 0 0 1rem; padding-left: 1.25rem; }
.dot { display: inline-block; width: .7rem; height: .7rem; margin-right: .5rem; border-radius: 50%; background: var(--soft); }
.good .dot { background: var(--good); } .bad .dot { background: var(--bad); }
footer { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: .9rem; }
@media (max-width: 34rem) { main { padding-top: 1.5rem; } h1 { font-size: 1.6rem; } }
`

/** Without it the page is whole: every client is shown below the other, and health is a link. */
const SCRIPT = `
const tabs = [...document.querySelectorAll('[role=tab]')]
const show = (tab, focus) => {
  for (const one of tabs) {
    const isIt = one === tab
    one.setAttribute('aria-selected', String(isIt))
    one.tabIndex = isIt ? 0 : -1
    document.getElementById(one.getAttribute('aria-controls')).hidden = !isIt
  }
  if (focus) tab.focus()
}
document.querySelector('[role=tablist]').hidden = false
tabs.forEach((tab, at) => {
  tab.addEventListener('click', () => show(tab))
  tab.addEventListener('keydown', (event) => {
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    show(tabs.at(to % tabs.length), true)
  })
})
show(tabs[0])
const said = document.getElementById('said')
document.querySelectorAll('[data-copy]').forEach((button) => {
  let timer
  button.hidden = false
  button.addEventListener('click', async () => {
    const source = document.getElementById(button.dataset.copy)
    try {
      await navigator.clipboard.writeText(source.textContent)
      button.textContent = 'Copied'
    } catch {
      getSelection().selectAllChildren(source)
      button.textContent = 'Selected'
    }
    said.textContent = button.textContent
    clearTimeout(timer)
    timer = setTimeout(() => { button.textContent = 'Copy'; said.textContent = '' }, 1500)
  })
})
const health = document.getElementById('health')
fetch('/readyz').then(async (response) => {
  const { database, ai_service } = await response.json()
  health.className = response.ok ? 'good' : 'bad'
  health.lastElementChild.textContent = response.ok
    ? 'Ready' + (ai_service === 'healthy' ? '' : '; search by meaning is not, search by words is')
    : 'Not ready: database ' + database
}).catch(() => {
  health.className = 'bad'
  health.lastElementChild.textContent = 'Could not be asked'
})
`

export interface LandingOptions {
  readonly publicUrl: string
  readonly privacyUrl?: string | undefined
  readonly supportUrl?: string | undefined
}

/** Answers the front page, under a policy that lets it load nothing from elsewhere and be framed by nobody. */
export async function landingPage({ publicUrl, privacyUrl, supportUrl }: LandingOptions): Promise<Response> {
  const nonce = randomHex(16)
  const url = new URL('/mcp', publicUrl).href
  const guides = clientGuides(url)
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    'img-src data:',
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
  const text = await html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="description" content="Ask your AI assistant about your stores: sales, stock, products and customers." />
    <title>Zava Retail Analytics</title>
    <link rel="icon" href="data:," />
    <style nonce="${nonce}">${raw(STYLE)}</style>
  </head>
  <body>
    <main>
      <h1>Zava Retail Analytics</h1>
      <p>Ask your AI assistant about your stores: how the last quarter went, what sells, what will run out, whether you carry
      “containers for paint”. It asks here; you see your own stores and nobody else's.</p>
      <p id="health"><span class="dot"></span><a href="/readyz">Status</a></p>

      <h2>Your connection URL</h2>
      <div class="card url">
        <code id="url">${url}</code>
        <button class="primary" data-copy="url" aria-label="Copy the URL" hidden>Copy</button>
      </div>
      <p class="soft">Give it to your assistant; a browser window opens and you sign in. No key is copied anywhere.</p>

      <p id="said" class="unseen" role="status"></p>

      <h2>Connect your client</h2>
      <div role="tablist" aria-label="Clients" hidden>
        ${guides.map(({ id, name }) => html`<button role="tab" id="tab-${id}" aria-controls="client-${id}">${name}</button>`)}
      </div>
      ${guides.map(clientPanel)}

      <h2>What it answers</h2>
      <ul>
        <li>Sales, orders and margin of a store or a period, compared with the one before, and what stands out</li>
        <li>What is low, out of stock or lying idle, and what to reorder</li>
        <li>Products by meaning, similar ones, and what is bought together</li>
        <li>Any question of its own, as read-only SQL that cannot leave your stores</li>
      </ul>
      <footer>
        <a href="/connections">Sign in: your connected clients</a>
        ${privacyUrl === undefined ? '' : html`<a href="${privacyUrl}">Privacy</a>`}
        ${supportUrl === undefined ? '' : html`<a href="${supportUrl}">Support</a>`}
      </footer>
    </main>
    <script nonce="${nonce}">${raw(SCRIPT)}</script>
  </body>
</html>`
  return new Response(String(text), {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy.join('; '),
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
    },
  })
}

function clientPanel({ id, name, how, link, code, file }: ClientGuide) {
  return html`<section class="card client" role="tabpanel" id="client-${id}" aria-labelledby="tab-${id}">
        <h3>${name}</h3>
        <p>${how}</p>
        ${link === undefined ? '' : html`<p><a class="button primary" href="${link}">Open ${name}</a></p>`}
        ${file === undefined ? '' : html`<p class="file">${file}</p>`}
        ${code === undefined ? '' : html`<pre id="code-${id}">${code}</pre><p><button data-copy="code-${id}" aria-label="Copy for ${name}" hidden>Copy</button></p>`}
      </section>`
}
