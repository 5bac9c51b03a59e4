import { vi } from 'vitest'

/** A line that was logged: as it stands, and as the JSON it is. */
export interface Line {
  readonly text: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** Collects what is logged from now on, instead of writing it; `vi.restoreAllMocks()` ends it. */
export function listenToConsole(): Line[] {
  const lines: Line[] = []
  for (const method of ['debug', 'log', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((text: unknown) => {
      const fields: unknown = String(text).startsWith('{') ? JSON.parse(String(text)) : {}
      lines.push({ text: String(text), fields: fields as Line['fields'] })
    })
  }
  return lines
}
