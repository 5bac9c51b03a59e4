/** The official suite's scenarios for authorization servers, against the stack that `npm start` starts. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { findFreePort } from '../../dev/stack/port.ts'
import { ROOT } from '../conformance/node/paths.ts'
import { runScript } from '../stack/script.ts'
import { temporaryFolder } from '../stack/temporary-folder.ts'
import { allowAsManager } from './node/plain-browser.ts'

const SUITE = join(ROOT, 'node_modules/@modelcontextprotocol/conformance/dist/index.js')

it('every authorization scenario of the official suite is green', { timeout: 300_000 }, async () => {
  const [port, callbackPort] = [await findFreePort(), await findFreePort()]
  const issuer = `http://localhost:${port}`
  const data = join(await temporaryFolder(), 'data')
  const stack = runScript('start.ts', '--port', String(port), '--data', data, '--size', 'small')
  await stack.until('Stop:  Ctrl-C.')
  const registered = await fetch(`${issuer}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'Conformance suite',
      redirect_uris: [`http://127.0.0.1:${callbackPort}/callback`],
      token_endpoint_auth_method: 'none',
    }),
  })
  const { client_id } = (await registered.json()) as { client_id: string }

  const { code, output } = await runSuite(
    ['--url', issuer, '--client-id', client_id, '--resource', `${issuer}/mcp`, '-p', String(callbackPort)],
    (address) => allowAsManager(address, 'Maren Solberg'),
  )
  stack.child.kill('SIGINT')
  await stack.ended

  expect(code, output).toBe(0)
  expect(output).toContain('authorization-server-metadata-endpoint')
  expect(output).toContain('authorization-code-grant')
  expect(output).not.toMatch(/FAILURE|WARNING|SKIPPED/)
})

/** Runs the suite; the address that it asks a person to open is given to `person`. */
function runSuite(args: readonly string[], person: (address: string) => Promise<void>) {
  return new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    const child = spawn(process.execPath, [SUITE, 'authorization', ...args], {
      cwd: ROOT,
      env: { ...process.env, CI: '1' },
    })
    let output = ''
    let isAsked = false
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
        const address = /^http:\/\/localhost:\d+\/authorize\?\S+$/m.exec(output)?.[0]
        if (address === undefined || isAsked) return
        isAsked = true
        person(address).catch((error: unknown) => {
          child.kill()
          reject(error)
        })
      })
    }
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}
