import { describe, expect, test } from 'vitest'
import { DataFolderCorruptError, DataFolderInUseError } from '../../dev/neon/errors.ts'
import { dataFolder } from '../../dev/stack/data-folder.ts'
import { StartError } from '../../dev/stack/start-error.ts'
import { toStartError } from '../../dev/stack/to-start-error.ts'
import { explain } from '../../ops/terminal/explain.ts'
import { MigrationError } from '../../sql/migrations.ts'

const data = dataFolder('.data/x')
const tell = (error: unknown, isServer = false) => explain(toStartError(error, data, { isServer }))
const withCode = (code: string, message = 'secret words') => Object.assign(new Error(message), { code })

const DAMAGED = [
  'The data in .data/x is damaged and cannot be opened.',
  'Start afresh, without what is in that folder: npm start -- --reset --data .data/x',
].join('\n')

describe('what stops a start becomes a sentence and advice', () => {
  test.each([
    ['a corrupt cluster', new DataFolderCorruptError('/x', new Error('PANIC'))],
    ['a corrupt page', withCode('XX001')],
    ['passwords that are not the cluster’s', withCode('28P01')],
  ])('%s', (_, error) => {
    expect(tell(error)).toBe(DAMAGED)
  })

  test('a folder in use', () => {
    expect(tell(new DataFolderInUseError('/x', 12))).toMatch(/in use by process 12.*\nOr use another folder/)
  })

  test('an edited migration', () => {
    expect(tell(new MigrationError('0001 was changed.'))).toBe(`0001 was changed.\n${DAMAGED.split('\n')[1]}`)
  })

  test('a file in the way, also when a child process found it', () => {
    const sentence = 'The data folder .data/x cannot be used: there is a file of that name.'

    expect(tell(withCode('EEXIST'))).toContain(sentence)
    expect(tell(new Error("EEXIST: file already exists, mkdir '/x'"))).toContain(sentence)
  })

  test('a server that refuses, without the driver’s words', () => {
    const text = tell(withCode('28P01', 'password "hunter2" for postgres'), true)

    expect(text).toBe('The database server cannot be used: it refuses the password.\nLook at --database-url.')
  })

  test('anything else is a fault of ours, with its stack', () => {
    expect(tell(new Error('what?'))).toMatch(
      /^This should not have happened, and is a fault of ours:\nError: what\?\n +at /,
    )
  })

  test('a sentence stays as it is', () => {
    const error = new StartError('No.', 'Do this.')

    expect(toStartError(error, data)).toBe(error)
  })
})
