import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findOwnerDatabase } from '../../ops/owner-database.ts'
import { temporaryFolder } from '../stack/temporary-folder.ts'

const given = { values: { 'database-url': 'postgresql://a:b@given.example/db' } }

describe('the database that an operator means', () => {
  it('is the one on the command line, before the one in the environment', async () => {
    const found = await findOwnerDatabase(given, { DATABASE_OWNER_URL: 'postgresql://a:b@other.example/db' })

    expect(found.url).toBe('postgresql://a:b@given.example/db')
  })

  it('is the running local stack when none is named', async () => {
    const data = await temporaryFolder()
    const owner = { url: 'postgresql://o:p@127.0.0.1/zava', endpoint: 'http://127.0.0.1:1/sql' }
    await writeFile(join(data, 'stack.json'), JSON.stringify({ id: 'x', owner }))

    expect(await findOwnerDatabase({ values: { data } }, {})).toEqual(owner)
  })

  it('is nobody’s guess: without any the operator is told how to name it', async () => {
    const data = await temporaryFolder()

    await expect(findOwnerDatabase({ values: { data } }, {})).rejects.toMatchObject({
      advice: expect.stringContaining('DATABASE_OWNER_URL'),
    })
  })

  it('is not repeated when it cannot be read, because it may hold a password', async () => {
    const refusal = await findOwnerDatabase({ values: { 'database-url': 'postgres:/hunter2' } }, {}).catch(String)

    expect(refusal).toMatch(/not understood/)
    expect(refusal).not.toContain('hunter2')
  })
})
