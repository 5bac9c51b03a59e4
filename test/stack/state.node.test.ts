import { randomUUID } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startIssuer } from '../../dev/issuer/server.ts'
import { openSigningKey } from '../../dev/issuer/signing-key.ts'
import { dataFolder, makeDataFolder, resetDataFolder } from '../../dev/stack/data-folder.ts'
import { findFreePort, requireFreePort } from '../../dev/stack/port.ts'
import { openSecrets, SecretsError } from '../../dev/stack/secrets.ts'
import { StartError } from '../../dev/stack/start-error.ts'
import { claimDataFolder, clearState, findRunningStack, type StackState } from '../../dev/stack/state.ts'
import { temporaryFolder } from './temporary-folder.ts'

async function openFolder() {
  const data = dataFolder(join(await temporaryFolder(), 'data'))
  await makeDataFolder(data)
  return data
}

/** A stack as far as others can tell: its issuer answers. */
async function pretendStack(data: Awaited<ReturnType<typeof openFolder>>) {
  const id = randomUUID()
  const issuer = await startIssuer(await openSigningKey(data.signingKey), id)
  onTestFinished(() => issuer.close())
  const state: StackState = { id, pid: 4711, issuerPort: issuer.port, publicUrl: 'http://localhost:8787' }
  return { state, issuer }
}

describe('the entry of a stack in its data folder', () => {
  test('is found while the stack lives', async () => {
    const data = await openFolder()
    const { state } = await pretendStack(data)

    await claimDataFolder(data, state)

    expect(await findRunningStack(data)).toEqual(state)
  })

  test('refuses a second stack, and stays', async () => {
    const data = await openFolder()
    const { state } = await pretendStack(data)
    await claimDataFolder(data, state)

    const second = claimDataFolder(data, { ...state, id: randomUUID() })

    await expect(second).rejects.toThrow(
      /is in use: a stack runs on it already, at http:\/\/localhost:8787 \(process 4711\)/,
    )
    expect(await findRunningStack(data)).toEqual(state)
  })

  test('of a stack that died is replaced', async () => {
    const data = await openFolder()
    const { state, issuer } = await pretendStack(data)
    await claimDataFolder(data, state)
    await issuer.close()
    expect(await findRunningStack(data)).toBeUndefined()

    const next = await pretendStack(data)
    await claimDataFolder(data, next.state)

    expect(await findRunningStack(data)).toEqual(next.state)
  })

  test('that is damaged counts as none', async () => {
    const data = await openFolder()
    await writeFile(data.state, 'nonsense')
    const { state } = await pretendStack(data)

    await claimDataFolder(data, state)

    expect(await findRunningStack(data)).toEqual(state)
  })

  test('is removed by its own stack only', async () => {
    const data = await openFolder()
    const { state } = await pretendStack(data)
    await claimDataFolder(data, state)

    await clearState(data, randomUUID())
    expect(await findRunningStack(data)).toEqual(state)

    await clearState(data, state.id)
    expect(await findRunningStack(data)).toBeUndefined()
  })
})

describe('a reset', () => {
  test('deletes what a stack made, and nothing beside it', async () => {
    const data = await openFolder()
    await openSecrets(data.secrets)
    await mkdir(data.database)
    await writeFile(join(data.root, 'notes.txt'), 'mine')

    await resetDataFolder(data)

    await expect(readFile(data.secrets)).rejects.toThrow('ENOENT')
    expect(await readFile(join(data.root, 'notes.txt'), 'utf8')).toBe('mine')
  })

  test('refuses a folder that was never a stack’s', async () => {
    const root = await temporaryFolder()
    const data = dataFolder(root)
    await mkdir(data.database)
    await writeFile(join(data.database, 'precious'), 'mine')

    await expect(resetDataFolder(data)).rejects.toThrow('does not look like a data folder of this project')

    expect(await readFile(join(data.database, 'precious'), 'utf8')).toBe('mine')
  })
})

describe('the secrets', () => {
  test('are made once and differ from folder to folder', async () => {
    const [one, other] = [await openFolder(), await openFolder()]

    const made = await openSecrets(one.secrets)

    expect(await openSecrets(one.secrets)).toEqual(made)
    expect((await openSecrets(other.secrets)).contextKey).not.toBe(made.contextKey)
    expect(made.sessionKey).not.toBe(made.contextKey)
  })

  test('that are damaged are named without being quoted', async () => {
    const data = await openFolder()
    await writeFile(data.secrets, '{"contextKey":"s3cret"')

    const error = await openSecrets(data.secrets).catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(SecretsError)
    expect(JSON.stringify([String(error), (error as Error).cause])).not.toContain('s3cret')
  })
})

describe('a port', () => {
  test('that is taken is refused with another to try', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as { port: number }

    const refused = await requireFreePort(port).catch((thrown: unknown) => thrown)

    expect(refused).toBeInstanceOf(StartError)
    expect(refused).toMatchObject({
      message: `Port ${port} is busy: another program listens on it.`,
      advice: `Choose another: npm start -- --port ${port + 1}`,
    })
  })

  test('that is free is left free', async () => {
    const port = await findFreePort()

    await requireFreePort(port)
    await requireFreePort(port)
  })
})
