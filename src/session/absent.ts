/**
 * Many clients write null for what is not there: a cursor on the first page, an optional argument that a model was made to
 * fill in because strict function schemas know no optional ones. No request of MCP, no tool and no prompt here gives null a
 * meaning of its own, so it is left out before anybody reads the message.
 */

/** Returns a request, or a batch, without nulls in place of its parameters and their arguments; itself when it has none. */
export function withoutNulls(body: unknown): unknown {
  if (!Array.isArray(body)) return withoutNullParams(body)
  const messages = body.map(withoutNullParams)
  return messages.some((message, at) => message !== body[at]) ? messages : body
}

function withoutNullParams(message: unknown): unknown {
  if (!isObject(message) || !('method' in message) || !('params' in message)) return message
  const { params, ...rest } = message
  if (params === null) return rest
  if (!isObject(params)) return message
  const kept = dropNulls(params)
  const mended = isObject(kept.arguments) ? setArguments(kept, dropNulls(kept.arguments)) : kept
  return mended === params ? message : { ...rest, params: mended }
}

function setArguments(params: Fields, args: Fields): Fields {
  return args === params.arguments ? params : { ...params, arguments: args }
}

function dropNulls(fields: Fields): Fields {
  const kept = Object.entries(fields).filter(([, value]) => value !== null)
  return kept.length === Object.keys(fields).length ? fields : Object.fromEntries(kept)
}

type Fields = Readonly<Record<string, unknown>>

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
