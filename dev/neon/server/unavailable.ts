/** Thrown when this machine cannot bring up a server Postgres; the message is one sentence for the developer. */
export class ServerPostgresUnavailableError extends Error {
  override readonly name = 'ServerPostgresUnavailableError'

  constructor(reason: string, cause?: unknown) {
    super(`A server Postgres cannot be brought up here: ${reason}.`, { cause })
  }
}
