import type { Login } from './engine.ts'
import { WireError } from './errors.ts'

/** Reads the `Neon-Connection-String` header. Its host is ignored: the endpoint has one database server behind it. */
export function parseConnectionString(header: string | undefined): Login {
  if (!header) throw invalid('missing header: neon-connection-string')

  const url = parseUrl(header)
  const login = {
    user: decode(url.username),
    password: decode(url.password),
    database: decode(url.pathname.slice(1)),
    applicationName: url.searchParams.get('application_name') ?? '',
  }

  if (!login.user) throw invalid('missing user name')
  if (!login.database) throw invalid('missing database name')
  if (!login.password) throw invalid('missing authentication credentials: required password')
  return login
}

// The text holds a password, so no message below repeats any of it.
function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url) throw invalid('not a URL')
  if (!/^postgres(ql)?:$/.test(url.protocol)) throw invalid('the scheme is not postgresql')
  return url
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw invalid('bad percent-encoding')
  }
}

function invalid(why: string): WireError {
  return new WireError({ message: `invalid connection string: ${why}`, code: '08P01', severity: 'ERROR' })
}
