import type { Paint } from '../../ops/terminal/paint.ts'
import { renderTable } from '../../ops/terminal/table.ts'
import { dataOption } from './data-option.ts'
import type { StackPerson } from './people.ts'
import type { Stack } from './stack.ts'
import { whoamiCurl } from './whoami-curl.ts'

const INSPECTOR = '@modelcontextprotocol/inspector@2.12.0'
/** Wide enough for every command: one that is cut cannot be pasted. */
const MAX_CELL = 400
const MAX_NAMES = 5
const ROLES: Readonly<Record<string, string>> = {
  store_manager: 'store manager',
  regional_manager: 'regional manager',
  head_office: 'head office',
}

/** Writes what one needs to know of a stack that has just come up. */
export function welcome(
  { publicUrl, people, data }: Pick<Stack, 'publicUrl' | 'people' | 'data'>,
  paint: Paint,
): string {
  const url = new URL('/mcp', publicUrl).href
  const folder = dataOption(data)
  const tokenCommand = (key: string) => `npm run token -- ${key}${folder}`
  const first = people[0]?.key ?? 'seattle'
  const bearer = `Authorization: Bearer $(npm run --silent token -- ${first}${folder})`

  return [
    '',
    `${paint.bold('Zava Retail Analytics is ready.')} MCP server: ${paint.cyan(url)}`,
    'Give that URL to your assistant (Claude, VS Code, Cursor, …): a browser opens, and you choose who you are.',
    '',
    'You can be any of these; each command prints an access token, good for 8 hours:',
    renderTable(
      ['Who', 'Role', 'Stores', 'Token'],
      people.map((one) => personRow(one, tokenCommand)),
      { maxWidth: MAX_CELL, indent: '  ' },
    ),
    '',
    'Ask something from here:',
    `  ${whoamiCurl(url, bearer)}`,
    '',
    'List the tools with the MCP Inspector (downloads it):',
    `  npx --yes ${INSPECTOR} --cli ${url} --header "${bearer}" --method tools/list`,
    '',
    `Data:  ${data.shown}   (log: ${data.shown}/mcp_server.log)`,
    `Stop:  Ctrl-C. The data stays; the next start takes it up again. Afresh: npm start -- --reset${folder}`,
    '',
  ].join('\n')
}

function personRow({ key, displayName, role, stores }: StackPerson, tokenCommand: (key: string) => string): string[] {
  const names = stores.map((name) => name.replace(/^Zava Retail /, ''))
  const some = names.length > MAX_NAMES ? `${names.length} stores` : names.join(', ')
  const shown = role === 'head_office' ? 'all' : some
  return [displayName, ROLES[role] ?? role, shown, tokenCommand(key)]
}
