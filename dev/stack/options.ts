import { ArgumentError, type OptionSpec, type ParsedArguments, wholeNumber } from '../../ops/terminal/arguments.ts'
import { type DemoSize, sizes } from '../demo/size.ts'
import { DEFAULT_DATA } from './data-folder.ts'
import type { StackOptions } from './stack.ts'

export const DEFAULT_PORT = 8787

/** Options that `npm start` and `npm run demo` share. */
export const stackOptionSpecs = {
  port: { value: '<number>', help: `port of the MCP server on 127.0.0.1 (default ${DEFAULT_PORT})` },
  data: { value: '<folder>', help: `where everything is kept (default ${DEFAULT_DATA})` },
  size: { value: 'small|full|xl', help: 'how much demo data (default full: 200,000 orders)' },
  'database-url': { value: '<url>', help: "a PostgreSQL server's superuser URL, instead of the embedded one" },
  reset: { help: 'delete what the folder holds and start afresh' },
} as const satisfies Record<string, OptionSpec>

export type StackChoices = Pick<StackOptions, 'port' | 'dataDir' | 'size' | 'databaseUrl'> & { readonly reset: boolean }

/** Reads a stack's options. Throws `ArgumentError` that says what is allowed. */
export function readStackOptions(
  { values, switches }: ParsedArguments,
  { defaultPort = DEFAULT_PORT }: { defaultPort?: number } = {},
): StackChoices {
  const { port, data, size, 'database-url': databaseUrl } = values
  return {
    port: port === undefined ? defaultPort : wholeNumber('port', port, [1, 65_535]),
    dataDir: data,
    size: size === undefined ? undefined : readSize(size),
    databaseUrl: databaseUrl === undefined ? undefined : readDatabaseUrl(databaseUrl),
    reset: switches.has('reset'),
  }
}

function readSize(text: string): DemoSize {
  if (Object.hasOwn(sizes, text)) return text as DemoSize
  throw new ArgumentError(`--size must be one of ${Object.keys(sizes).join(', ')}, not "${text}".`)
}

function readDatabaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  // The text itself is not repeated: it may hold a password.
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol) || url.hostname === '') {
    throw new ArgumentError('--database-url must look like postgresql://user:password@host/database.')
  }
  return text
}
