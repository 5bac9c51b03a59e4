import { bindings } from './edge.ts'

/** The local database endpoint, as tests watch and hurt it. */
const endpoint = () => bindings.TEST_ENGINES[0]?.endpoint ?? ''

/** Requests that the database endpoint has served so far. */
export async function requestsServed(): Promise<number> {
  const stats = (await (await fetch(new URL('/stats', endpoint()))).json()) as { requests: number }
  return stats.requests
}

/** Orders what the next requests to the database suffer; see dev/neon/faults.ts. */
export async function orderFault(fault: object): Promise<void> {
  await (await fetch(new URL('/faults', endpoint()), { method: 'POST', body: JSON.stringify(fault) })).text()
}
