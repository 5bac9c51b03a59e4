import { bindings } from './edge.ts'

const endpoint = bindings.TEST_ENGINES[0]?.endpoint ?? ''

/** Tells the database's endpoint what its next `count` requests suffer; dev/neon/faults.ts says what there is. */
export async function orderFault(fault: object): Promise<void> {
  const response = await fetch(new URL('/faults', endpoint), { method: 'POST', body: JSON.stringify(fault) })
  if (!response.ok) throw new Error(`not a fault: ${await response.text()}`)
}

/** Requests that have reached the database's endpoint so far, failed ones included. */
export async function requestsServed(): Promise<number> {
  const stats = (await (await fetch(new URL('/stats', endpoint))).json()) as { requests: number }
  return stats.requests
}
