/** A browser without a window, for Node: keeps cookies, follows links, presses Allow. For the local demo's sign-in. */

/** Signs in as a demo manager and allows what the address asks for; ends where the client is told. */
export async function allowAsManager(address: string, name: string): Promise<void> {
  const cookies = new Map<string, string>()
  const open = async (url: URL, init: RequestInit = {}): Promise<{ url: URL; html: string }> => {
    const headers = { cookie: [...cookies].map(([key, value]) => `${key}=${value}`).join('; '), origin: url.origin }
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [, key = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(key, value)
    }
    const html = await response.text()
    const location = response.headers.get('location') ?? onwardOf(html)
    return location === undefined ? { url, html } : open(new URL(location, url))
  }

  const list = await open(new URL(address))
  const link = list.html.match(new RegExp(`href="([^"]+)"[^>]*>\\s*<strong>${name}`))?.[1]
  if (link === undefined) throw new Error(`${name} cannot be chosen: ${list.html}`)
  const consent = await open(new URL(toText(link), list.url))
  const fields = [...consent.html.matchAll(/<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)]
  const form = new URLSearchParams(fields.map(([, key = '', value = '']): [string, string] => [key, toText(value)]))
  form.set('decision', 'allow')
  await open(new URL('/authorize', consent.url), { method: 'POST', body: form })
}

/** Where a page leads by itself. */
function onwardOf(html: string): string | undefined {
  const content = /<meta http-equiv="refresh" content="0;url=([^"]+)"/.exec(html)?.[1]
  return content === undefined ? undefined : toText(content)
}

function toText(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&')
}
