import type { ServerContext } from '@modelcontextprotocol/server'

/** Work that is done sooner is not worth a word. */
const EVERY_MS = 2_000

/** Tells a client that asked for it, every two seconds, that the work goes on and for how long already. */
export async function withProgress<T>({ mcpReq }: ServerContext, title: string, work: () => Promise<T>): Promise<T> {
  const progressToken = mcpReq._meta?.progressToken
  if (progressToken === undefined) return work()
  let seconds = 0
  const timer = setInterval(() => {
    seconds += EVERY_MS / 1000
    const params = { progressToken, progress: seconds, message: `${title}: working for ${seconds} seconds` }
    // A client that has gone away is told nothing; its request is cancelled by itself.
    mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {})
  }, EVERY_MS)
  return work().finally(() => clearInterval(timer))
}
