import { connect, createServer } from 'node:net'
import { StartError } from './start-error.ts'

const HOST = '127.0.0.1'
const PROBE_MS = 500

/** Throws `StartError` when a program listens on this port of the loopback addresses. */
export async function requireFreePort(port: number): Promise<void> {
  // Binding alone is no proof: some systems let two programs share a port on different addresses, and `localhost` may
  // mean either of them.
  const answers = await Promise.all([HOST, '::1'].map((host) => isAnswered(host, port)))
  if (answers.includes(true) || !(await canBind(port))) {
    throw new StartError(
      `Port ${port} is busy: another program listens on it.`,
      `Choose another: npm start -- --port ${port === 65_535 ? 8788 : port + 1}`,
    )
  }
}

/** Returns a port that is free at this moment. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, HOST, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

function isAnswered(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const settle = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket.setTimeout(PROBE_MS, () => settle(false))
    socket.once('connect', () => settle(true)).once('error', () => settle(false))
  })
}

function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false))
    server.listen(port, HOST, () => server.close(() => resolve(true)))
  })
}
