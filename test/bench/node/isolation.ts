import { askSql, attacksBy } from '../../proof/node/attack.ts'
import { hygieneFor } from '../../proof/node/marks.ts'
import { call } from '../calls.ts'
import type { Area } from './area.ts'

const WHO = 'seattle'

/** The attack corpus through the whole Worker: what comes back that is not the caller's, and whether others still get answers. */
export const isolation: Area = {
  name: 'isolation',
  title: 'Isolation: the attack corpus through the whole Worker',
  onlyCounts: true,

  async run({ isQuick, stacks, say }) {
    say('starting …')
    const stack = await stacks.get({ size: 'small' })
    const attacker = await stack.worker.connectAs(WHO)
    const { client } = await stack.worker.connectAs('redmond')
    const hygiene = await hygieneFor(stack.database.owner, WHO, stack.worker.secrets)
    // Those that run into their time limit take ten seconds each, and are left to the proof when time is short.
    const attacks = attacksBy(WHO).filter(({ expected }) => !isQuick || expected !== 'times-out')
    let leaks = 0
    let outages = 0
    let slowest = 0
    for (const { sql } of attacks) {
      await askSql(attacker, sql)
      if (hygiene.findingsIn(await attacker.received(), sql).length > 0) leaks += 1
      const started = performance.now()
      await call(client, 'whoami', {}).catch(() => {
        outages += 1
      })
      slowest = Math.max(slowest, performance.now() - started)
    }
    return [
      {
        measure: 'attacks that brought what is not the caller’s',
        value: leaks,
        unit: 'attacks',
        target: { atMost: 0 },
        against: `${attacks.length} attacks as ${WHO}; every role, both engines, guard off: npm run proof`,
        isCount: true,
      },
      {
        measure: 'attacks after which another store got no answer',
        value: outages,
        unit: 'attacks',
        target: { atMost: 0 },
        against: `slowest answer to the neighbour ${slowest.toFixed(0)} ms, beside what the bench makes for later`,
        isCount: true,
      },
    ]
  },
}
