/** Paints text for a terminal that shows colours; elsewhere the text stays as it is. */
export interface Paint {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly green: (text: string) => string
  readonly red: (text: string) => string
  readonly cyan: (text: string) => string
}

/** Makes the colours for a stream, honouring NO_COLOR (https://no-color.org). */
export function paintFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): Paint {
  const isOn = stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb'
  const code = (on: number, off: number) => (text: string) => (isOn ? `\u001b[${on}m${text}\u001b[${off}m` : text)
  return { bold: code(1, 22), dim: code(2, 22), green: code(32, 39), red: code(31, 39), cyan: code(36, 39) }
}
