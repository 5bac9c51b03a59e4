/** One call of `whoami` in the 2026-07-28 way, which needs no handshake before it. */
const CALL = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: {
    name: 'whoami',
    arguments: {},
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'curl', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
}

/** Writes a curl command that calls a tool when it is pasted into a POSIX shell, or into PowerShell on Windows. */
export function whoamiCurl(url: string, bearer: string, platform: NodeJS.Platform = process.platform): string {
  const body = JSON.stringify(CALL)
  const headers = [
    bearer,
    'Content-Type: application/json',
    'Accept: application/json, text/event-stream',
    'MCP-Protocol-Version: 2026-07-28',
    'Mcp-Method: tools/call',
    'Mcp-Name: whoami',
  ].map((header) => `-H "${header}"`)
  // PowerShell has an alias of that name, and hands quotes to programs only when they come by a pipe.
  if (platform === 'win32') return `'${body}' | curl.exe -s ${url} ${headers.join(' ')} --data-binary "@-"`
  return [`curl -s ${url}`, ...headers, `-d '${body}'`].join(' \\\n    ')
}
