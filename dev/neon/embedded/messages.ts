/** Building and reading messages of Postgres' wire protocol for the embedded engine. */
import { protocol } from '@electric-sql/pglite'
import type { Field, StatementResult } from '../engine.ts'
import { WireError } from '../errors.ts'

const { serialize, Parser } = protocol

// COPY FROM STDIN would read past the end of its input, and that ends this Postgres. Outside of COPY the message is
// ignored, so it follows everything that may start one.
const COPY_FAIL = serialize.copyFail('COPY FROM STDIN is not available on the embedded engine')

/** One Query message: statements of ours, or a client's own simple query. */
export function queryBlock(sql: string): Uint8Array {
  return concat(serialize.query(sql), COPY_FAIL)
}

/** Parse, Bind, Describe, Execute, Sync for one statement with text parameters and text results. */
export function statementBlock(text: string, params: readonly (string | null)[]): Uint8Array {
  return concat(
    serialize.parse({ text }),
    serialize.bind({ values: [...params] }),
    serialize.describe({ type: 'P', name: '' }),
    serialize.execute({}),
    COPY_FAIL,
    serialize.sync(),
  )
}

/** Puts a client's messages together; the last one is Query or Sync. */
export function clientBlock(messages: readonly Uint8Array[]): Uint8Array {
  return concat(...messages.flatMap((message) => (mayCopy(message) ? [message, COPY_FAIL] : [message])))
}

const EXECUTE = 'E'.charCodeAt(0)
const QUERY = 'Q'.charCodeAt(0)

function mayCopy(message: Uint8Array): boolean {
  return message[0] === EXECUTE || message[0] === QUERY
}

/** Reads the answer to one statement. Throws the `WireError` it contains. */
export function readResult(bytes: Uint8Array): StatementResult {
  let fields: Field[] = []
  const rows: (string | null)[][] = []
  let tag = ''
  let error: WireError | undefined

  new Parser().parse(bytes, (message) => {
    if (message instanceof protocol.messages.RowDescriptionMessage) fields = message.fields.map(toField)
    else if (message instanceof protocol.messages.DataRowMessage) rows.push(message.fields)
    else if (message instanceof protocol.messages.CommandCompleteMessage) tag = message.text
    else if (message instanceof protocol.messages.DatabaseError) error ??= toWireError(message)
  })
  if (error) throw error
  return { fields, rows, ...readTag(tag) }
}

type DatabaseError = InstanceType<typeof protocol.messages.DatabaseError>

function toWireError(error: DatabaseError): WireError {
  // `name` and `length` belong to the parser; the rest are Postgres' fields under node-postgres' names.
  const { name: _name, length: _length, ...fields } = error
  return new WireError({ ...fields, message: error.message })
}

function toField(field: Omit<Field, 'format'>): Field {
  const { name, dataTypeID, tableID, columnID, dataTypeSize, dataTypeModifier } = field
  return { name, dataTypeID, tableID, columnID, dataTypeSize, dataTypeModifier, format: 'text' }
}

/** Splits a command tag: `INSERT 0 3` is 3 rows of INSERT, `CREATE TABLE` is CREATE without a count. */
function readTag(tag: string): Pick<StatementResult, 'command' | 'rowCount'> {
  const [command = '', ...numbers] = tag.split(' ')
  const count = Number.parseInt(numbers.at(-1) ?? '', 10)
  return { command, rowCount: Number.isNaN(count) ? null : count }
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.byteLength, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return whole
}
