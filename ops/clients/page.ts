import type { ClientGuide } from '../../src/pages/clients.ts'

const UP_TO_SIGN_IN =
  'its command run, up to the sign-in: `TEST_CLIENT_COMMANDS=true npm run proof -- test/clients/commands` (900 MB of programs)'

/** Clients that a test drives, by id: how. The others are only written down. */
export const DRIVEN: Readonly<Record<string, string>> = {
  'claude-code': UP_TO_SIGN_IN,
  'gemini-cli': UP_TO_SIGN_IN,
  codex: UP_TO_SIGN_IN,
  'mcp-remote': 'run, with a token in place of the browser: `npm run proof -- test/clients`',
  inspector: 'run on its command line, with a token in place of the browser: `npm run proof -- test/clients`',
}
/** Libraries that agents are built with; they are in no list for people. */
const LIBRARIES = [
  [
    '`@modelcontextprotocol/client` 2.x (2026-07-28)',
    'run: `npm run proof -- test/clients`, every test of the tools; sign-in, refresh, revocation: `npm test -- test/auth`',
  ],
  [
    '`@modelcontextprotocol/sdk` 1.x (2025-11-25)',
    'run: `npm run proof -- test/clients`, the demo; sign-in, refresh, revocation: `npm test -- test/auth`',
  ],
  ['`@ai-sdk/mcp`, the AI SDK’s client', 'run: `npm run proof -- test/clients`'],
  ['the conformance suite, both revisions', 'run: `npm test -- test/conformance`'],
] as const

/** Writes docs/clients.md. */
export function clientsPage(guides: readonly ClientGuide[]): string {
  return [
    '# Clients',
    '',
    'Written by `npm run clients` from `src/pages/clients.ts`, which the front page of every deployment shows with its own URL filled in.',
    'Every client signs in through the browser; nothing here holds a token. For a local stack, `npm start` prints tokens to try with.',
    '',
    '## What was run, and what was only written',
    '',
    '| Client | Tried |',
    '|---|---|',
    ...guides.map(
      ({ id, name }) =>
        `| ${name} | ${DRIVEN[id] ?? 'written from its documentation: needs an account or a desktop'} |`,
    ),
    ...LIBRARIES.map(([name, tried]) => `| ${name} | ${tried} |`),
    '',
    ...guides.flatMap(section),
  ].join('\n')
}

function section({ name, how, link, file, code }: ClientGuide): string[] {
  return [
    `## ${name}`,
    '',
    how,
    '',
    // Only web addresses are links in a rendered page; the others open from the front page.
    ...(link?.startsWith('https:')
      ? [`<${link}>`, '']
      : link === undefined
        ? []
        : ['One click: the link on your deployment’s front page.', '']),
    ...(file === undefined ? [] : [`\`${file}\`:`, '']),
    ...(code === undefined ? [] : ['```', ...code.split('\n'), '```', '']),
  ]
}

/** Writes what `npm run setup` ends with: how each client is told, for a terminal. */
export function clientLines(guides: readonly ClientGuide[]): string[] {
  return guides.flatMap(({ name, how, link, file, code }) => [
    `${name}: ${how}`,
    ...(link === undefined ? [] : [`    ${link}`]),
    ...(file === undefined ? [] : [`    ${file}:`]),
    ...(code ?? '').split('\n').map((line) => `    ${line}`),
  ])
}
