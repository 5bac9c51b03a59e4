/** `npm run switches`: shows what is open for everybody, and opens or closes it. Holds from the next question on. */
import { findOwnerDatabase, OWNER_OPTIONS, withOwnerPool } from './owner-database.ts'
import { readSwitchAct, turn } from './switches/act.ts'
import { runScript } from './terminal/run-script.ts'

await runScript(
  {
    usage: 'npm run switches -- [free-sql off|on | user <id> out|in | embeddings-ceiling <US dollars a day>|off]',
    options: OWNER_OPTIONS,
    maxWords: 3,
  },
  async (parsed) => {
    const act = readSwitchAct(parsed.words)
    console.log(await withOwnerPool(await findOwnerDatabase(parsed), (pool) => turn(pool, act)))
    return 0
  },
)
