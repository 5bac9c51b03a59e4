import pg from 'pg'
import { WireError } from '../errors.ts'

/** What node-postgres throws, for the client: the server's own errors whole, a lost or refused connection as 500. */
export function toWireError(error: unknown): WireError {
  if (!(error instanceof pg.DatabaseError)) return new WireError({ message: (error as Error).message }, 500)
  const { name: _name, length: _length, ...fields } = error
  return new WireError({ ...fields, message: error.message })
}
