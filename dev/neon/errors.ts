/** Errors of the local Neon endpoint: one that travels to the client, three that stop a start. */

/** Fields of a Postgres error as they stand on the wire and in Neon's JSON. */
export interface PostgresFields {
  readonly message: string
  readonly code?: string | undefined
  readonly severity?: string | undefined
  readonly detail?: string | undefined
  readonly hint?: string | undefined
  readonly position?: string | undefined
  readonly internalPosition?: string | undefined
  readonly internalQuery?: string | undefined
  readonly where?: string | undefined
  readonly schema?: string | undefined
  readonly table?: string | undefined
  readonly column?: string | undefined
  readonly dataType?: string | undefined
  readonly constraint?: string | undefined
  readonly file?: string | undefined
  readonly line?: string | undefined
  readonly routine?: string | undefined
}

/** An answer other than success. Only status 400 reaches the driver's caller with its SQLSTATE. */
export class WireError extends Error {
  override readonly name = 'WireError'
  readonly fields: PostgresFields
  readonly status: number

  constructor(fields: PostgresFields, status = 400) {
    super(fields.message)
    this.fields = fields
    this.status = status
  }
}

/** Builds the FATAL error that ends a login or a connection. */
export function fatal(code: string, message: string): WireError {
  return new WireError({ severity: 'FATAL', code, message })
}

/** Thrown when another process has the data folder open. */
export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError'

  constructor(folder: string, pid: number) {
    super(`The data folder ${folder} is in use by process ${pid}. Stop that process first.`)
  }
}

/** Thrown when a data folder exists and Postgres cannot open it. */
export class DataFolderCorruptError extends Error {
  override readonly name = 'DataFolderCorruptError'

  constructor(folder: string, cause: unknown) {
    super(`The database in ${folder} cannot be opened. Move the folder away to start with a new one.`, { cause })
  }
}

/** Thrown when the port that was asked for is taken. */
export class PortBusyError extends Error {
  override readonly name = 'PortBusyError'

  constructor(port: number, cause?: unknown) {
    super(`Port ${port} on 127.0.0.1 is busy. Choose another port or end the program that holds it.`, { cause })
  }
}
