/** A JSON-RPC error as it came over the wire. */
export interface WireError {
  readonly code: number
  readonly message: string
  readonly data: Readonly<Record<string, unknown>>
}

/** The error in an answer; throws when there is none. */
export function errorIn(text: string): WireError {
  const [message] = messagesIn(text) as { error: WireError }[]
  if (message?.error === undefined) throw new Error(`no error: ${text}`)
  return message.error
}

/** Messages of an answer that is either JSON or an event stream. */
export function messagesIn(text: string): unknown[] {
  if (text.startsWith('{') || text.startsWith('[')) return [JSON.parse(text)].flat()
  return [...text.matchAll(/^data: (\{.*)$/gm)].map(([, json]) => JSON.parse(json ?? 'null'))
}
