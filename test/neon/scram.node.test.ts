import { expect, it } from 'vitest'
import { matchesVerifier, PasswordMemory } from '../../dev/neon/embedded/scram.ts'

// The example exchange of RFC 7677, section 3: user "user", password "pencil". StoredKey and ServerKey derive from it.
const SALT = 'W22ZaJ0SNY7soEsUEjb6gQ=='
const STORED_KEY = 'WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY='
const VERIFIER = `SCRAM-SHA-256$4096:${SALT}$${STORED_KEY}:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=`

it('accepts the password of the verifier and no other', async () => {
  expect(await matchesVerifier('pencil', VERIFIER)).toBe(true)
  expect(await matchesVerifier('pencil ', VERIFIER)).toBe(false)
  expect(await matchesVerifier('', VERIFIER)).toBe(false)
})

it('accepts nothing for a verifier of another form', async () => {
  for (const verifier of ['', 'pencil', 'md5a3556571e93b0d20722ba62be61e8c2d', VERIFIER.replace('256', '512')]) {
    expect(await matchesVerifier('pencil', verifier), verifier).toBe(false)
  }
})

it('remembers a match for its verifier alone', async () => {
  const memory = new PasswordMemory()

  expect(await memory.matches('pencil', VERIFIER)).toBe(true)
  expect(await memory.matches('pen', VERIFIER)).toBe(false)
  expect(await memory.matches('pencil', VERIFIER)).toBe(true)
  expect(await memory.matches('pencil', VERIFIER.replace('WG5d', 'AAAA'))).toBe(false)
})
