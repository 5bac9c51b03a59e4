/** `npm run privacy`: closes or opens columns to all managers, and erases a customer. Holds from the next question on. */
import { findOwnerDatabase, OWNER_OPTIONS, withOwnerPool } from './owner-database.ts'
import { protect, readPrivacyAct } from './privacy/act.ts'
import { runScript } from './terminal/run-script.ts'

await runScript(
  {
    usage: 'npm run privacy -- [contacts off|on | cost off|on | erase-customer <id>]',
    options: OWNER_OPTIONS,
    maxWords: 2,
  },
  async (parsed) => {
    const act = readPrivacyAct(parsed.words)
    console.log(await withOwnerPool(await findOwnerDatabase(parsed), (pool) => protect(pool, act)))
    return 0
  },
)
