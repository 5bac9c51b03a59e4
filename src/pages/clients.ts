/**
 * How each MCP client is told about this server: one list for the front page, for `npm run setup` and for docs/clients.md.
 * Rule of this file: nothing here holds a token; every client signs in through the browser.
 */

/** The server's short name in a client's own configuration. */
export const SERVER_KEY = 'zava'

export interface ClientGuide {
  /** Stays the same: part of addresses and of the tests. */
  readonly id: string
  readonly name: string
  /** One sentence for a person. */
  readonly how: string
  /** Opens the client with everything filled in. */
  readonly link?: string
  /** A command, or a file's content. */
  readonly code?: string
  /** Where the content belongs, when it is a file's. */
  readonly file?: string
}

/** Lists the clients with the server's URL filled in; `mcpUrl` is the full address of the MCP endpoint. */
export function clientGuides(mcpUrl: string): readonly ClientGuide[] {
  return [
    {
      id: 'claude',
      name: 'Claude',
      how: 'On the web and in the desktop app: Settings → Connectors → Add custom connector, paste the URL, then Connect.',
      link: 'https://claude.ai/settings/connectors',
      code: mcpUrl,
    },
    {
      id: 'claude-code',
      name: 'Claude Code',
      how: 'Run this once, then type /mcp in Claude Code and sign in.',
      code: `claude mcp add --scope user --transport http ${SERVER_KEY} ${mcpUrl}`,
    },
    {
      id: 'chatgpt',
      name: 'ChatGPT',
      how: 'Settings → Apps & Connectors → Advanced settings → Developer mode; then Create, paste the URL, authentication OAuth.',
      link: 'https://chatgpt.com/#settings/Connectors',
      code: mcpUrl,
    },
    {
      id: 'vscode',
      name: 'VS Code',
      how: 'Use the link, or put this into .vscode/mcp.json; VS Code opens the browser to sign in.',
      link: `vscode:mcp/install?${encodeURIComponent(JSON.stringify({ name: SERVER_KEY, type: 'http', url: mcpUrl }))}`,
      file: '.vscode/mcp.json',
      code: json({ servers: { [SERVER_KEY]: { type: 'http', url: mcpUrl } } }),
    },
    {
      id: 'cursor',
      name: 'Cursor',
      how: 'Use the link, or put this into ~/.cursor/mcp.json, then sign in under Settings → MCP.',
      link: `cursor://anysphere.cursor-deeplink/mcp/install?name=${SERVER_KEY}&config=${encodeURIComponent(btoa(JSON.stringify({ url: mcpUrl })))}`,
      file: '~/.cursor/mcp.json',
      code: json({ mcpServers: { [SERVER_KEY]: { url: mcpUrl } } }),
    },
    {
      id: 'windsurf',
      name: 'Windsurf',
      how: 'Put this into the MCP configuration (Settings → Cascade → MCP servers), then refresh.',
      file: '~/.codeium/windsurf/mcp_config.json',
      code: json({ mcpServers: { [SERVER_KEY]: { serverUrl: mcpUrl } } }),
    },
    {
      id: 'gemini-cli',
      name: 'Gemini CLI',
      how: `Run this once, then type /mcp auth ${SERVER_KEY} in Gemini CLI, in a folder that you have told it to trust.`,
      code: `gemini mcp add --scope user --transport http ${SERVER_KEY} ${mcpUrl}`,
    },
    {
      id: 'codex',
      name: 'Codex',
      how: 'Run both once; the second opens the browser to sign in.',
      code: `codex mcp add ${SERVER_KEY} --url ${mcpUrl}\ncodex mcp login ${SERVER_KEY}`,
    },
    {
      id: 'mcp-remote',
      name: 'Clients that only start programs',
      how: 'mcp-remote stands between: the client starts it, it signs in through the browser.',
      code: json({ mcpServers: { [SERVER_KEY]: { command: 'npx', args: ['-y', 'mcp-remote', mcpUrl] } } }),
    },
    {
      id: 'inspector',
      name: 'MCP Inspector',
      how: 'For developers: opens a page that shows every tool; choose “Streamable HTTP”, paste the URL, and connect.',
      code: 'npx @modelcontextprotocol/inspector',
    },
  ]
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2)
}
