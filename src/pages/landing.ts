import { html } from 'hono/html'

/** The page for people who open the service in a browser: what it is and which URL to give to their assistant. */
export function landingPage(publicUrl: string) {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Zava Retail Analytics</title>
  </head>
  <body>
    <main>
      <h1>Zava Retail Analytics</h1>
      <p>Ask your AI assistant about your stores: sales, stock, products and customers. You see your own stores only.</p>
      <p>Give your assistant this MCP server: <code>${new URL('/mcp', publicUrl).href}</code></p>
    </main>
  </body>
</html>`
}
