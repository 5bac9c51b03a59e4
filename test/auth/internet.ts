import { guardClientDocuments } from '../../src/auth/client-documents.ts'

const platform = globalThis.fetch

/**
 * Stands in for the internet until `leaveInternet`: these addresses answer, everything else goes where it went before.
 * Returns what was asked of them, each line with how it would have followed a redirect.
 */
export function enterInternet(pages: Record<string, () => Response>): string[] {
  const asked: string[] = []
  globalThis.fetch = guardClientDocuments(async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    const page = pages[url]
    if (page === undefined) return platform(input, init)
    asked.push(`${init?.redirect} ${url}`)
    return page()
  })
  return asked
}

/** Puts the real network back. */
export function leaveInternet(): void {
  globalThis.fetch = platform
}
