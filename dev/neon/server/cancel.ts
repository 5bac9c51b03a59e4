import { connect } from 'node:net'
import type { PoolClient } from 'pg'

const CANCEL_REQUEST_CODE = 80_877_102
const REPEAT_MS = 250

/**
 * Cancels what a connection runs once `signal` fires, until the returned function is called. Postgres ignores a cancel
 * that overtakes its query on the way, so it is repeated.
 */
export function cancelWhen(signal: AbortSignal, client: PoolClient, host: string, port: number): () => void {
  let timer: NodeJS.Timeout | undefined
  const cancel = () => {
    requestCancel(client, host, port)
    timer = setInterval(() => requestCancel(client, host, port), REPEAT_MS)
  }
  signal.addEventListener('abort', cancel, { once: true })
  return () => {
    signal.removeEventListener('abort', cancel)
    clearInterval(timer)
  }
}

/** Sends the protocol's CancelRequest, on a connection of its own. */
function requestCancel(client: PoolClient, host: string, port: number): void {
  // node-postgres keeps both from BackendKeyData and declares neither.
  const { processID, secretKey } = client as unknown as { processID: number; secretKey: number }
  const request = Buffer.alloc(16)
  request.writeInt32BE(request.length, 0)
  request.writeInt32BE(CANCEL_REQUEST_CODE, 4)
  request.writeInt32BE(processID, 8)
  request.writeInt32BE(secretKey, 12)
  // Nobody is left who could be told that the cancel did not arrive.
  connect(port, host)
    .on('error', () => {})
    .end(request)
}
