/** Returns what a text holds as JSON, which is anything; undefined when it is none. No clock, no I/O. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
