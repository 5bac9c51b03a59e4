import { MigrationError } from '../../sql/migrations.ts'
import { DemoDataError } from '../demo/load.ts'
import { SigningKeyError } from '../issuer/signing-key.ts'
import { DataFolderCorruptError, DataFolderInUseError } from '../neon/errors.ts'
import type { DataFolder } from './data-folder.ts'
import { dataOption } from './data-option.ts'
import { SecretsError } from './secrets.ts'
import { StartError } from './start-error.ts'

const DAMAGED = [DataFolderCorruptError, SecretsError, SigningKeyError]
const FILE_PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'that disk is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'there is a file of that name',
  EEXIST: 'there is a file of that name',
  ENOENT: 'it cannot be made there',
}
const DATABASE_PROBLEMS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  EHOSTUNREACH: 'there is no way to that host',
  ENOTFOUND: 'there is no such host',
  ETIMEDOUT: 'it gives no answer',
  '28P01': 'it refuses the password',
  '28000': 'it refuses the user',
  '3D000': 'there is no such database',
  '42501': 'the user is no superuser',
}

/** What the embedded engine says when its files are not as it left them: classes of SQLSTATE. */
const DAMAGE = /^(XX|58|28|3D)/

/** Turns what stopped a start into a sentence and advice, where we know any; other errors come back as they are. */
export function toStartError(error: unknown, data: DataFolder, { isServer = false } = {}): unknown {
  if (error instanceof StartError || !(error instanceof Error)) return error
  const tell = (message: string, advice: string) => new StartError(message, advice, { cause: error })
  const reset = `Start afresh, without what is in that folder: npm start -- --reset${dataOption(data)}`
  const code = codeOf(error)

  if (error instanceof DataFolderInUseError) {
    return tell(error.message, 'Or use another folder: npm start -- --data .data/other')
  }
  if (DAMAGED.some((kind) => error instanceof kind) || (!isServer && DAMAGE.test(code))) {
    return tell(`The data in ${data.shown} is damaged and cannot be opened.`, reset)
  }
  if (error instanceof MigrationError || error instanceof DemoDataError) {
    return tell(error.message, isServer ? 'Or name a fresh database.' : reset)
  }
  const database = isServer ? DATABASE_PROBLEMS[code] : undefined
  // Not the driver's own words: they may quote the connection string.
  if (database !== undefined) return tell(`The database server cannot be used: ${database}.`, 'Look at --database-url.')
  const file = FILE_PROBLEMS[code]
  if (file !== undefined) {
    return tell(
      `The data folder ${data.shown} cannot be used: ${file}.`,
      'Choose another: npm start -- --data <folder>',
    )
  }
  return error
}

/** An error from a child process keeps its code in the text only. */
function codeOf(error: Error): string {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : (/^(E[A-Z]+):/.exec(error.message)?.[1] ?? '')
}
