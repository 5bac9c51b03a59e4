/** `npm run token -- seattle`: prints an access token of the local stack, and nothing else. */

import { helpText, parseArguments } from '../ops/terminal/arguments.ts'
import { explain } from '../ops/terminal/explain.ts'
import { mintToken } from './issuer/mint-token.ts'
import { readSigningKey } from './issuer/signing-key.ts'
import { readTokenRequest, TOKEN_OPTIONS } from './issuer/token-request.ts'
import { dataFolder } from './stack/data-folder.ts'
import { StartError } from './stack/start-error.ts'
import { toStartError } from './stack/to-start-error.ts'

try {
  const parsed = parseArguments(process.argv.slice(2), TOKEN_OPTIONS, { maxWords: 1 })
  if (parsed.switches.has('help')) console.log(helpText('npm run token -- <manager> [options]', TOKEN_OPTIONS))
  else console.log(await makeToken(readTokenRequest(parsed)))
} catch (error) {
  console.error(explain(error))
  process.exitCode = 1
}

async function makeToken({ dataDir, ...token }: ReturnType<typeof readTokenRequest>): Promise<string> {
  const data = dataFolder(dataDir)
  const key = await readSigningKey(data.signingKey).catch((error: unknown) => {
    throw toStartError(error, data)
  })
  if (key === undefined) {
    throw new StartError(`There is no signing key in ${data.shown} yet.`, 'Start the stack once: npm start')
  }
  return mintToken(key, { ...token, now: Date.now() })
}
