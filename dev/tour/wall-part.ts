import { renderTable } from '../../ops/terminal/table.ts'
import { getPerson } from '../demo/people.ts'
import { type Assistant, ask, attempt } from './assistant.ts'
import { attacksAsIf } from './attacks.ts'
import { getAssistant } from './participants.ts'
import { openDoor, tryPastTheServer } from './past-the-server.ts'
import { showHeadline, showQuestion } from './show.ts'
import { describeSighting, isHarmless, type Sighting } from './sighting.ts'
import type { Tour } from './tour.ts'
import { onlyStoresOf, readTruth, storeIdsOf } from './truth.ts'

const COUNT = 'select count(*) as orders from retail.orders o'

/** Shows that one store cannot see the other: by counting, by asking for it, and by trying to become somebody else. */
export async function showTheWall(tour: Tour): Promise<void> {
  showHeadline(tour, 'One store cannot see the other')
  await compareCounts(tour)
  await askForTheOtherStore(tour)
  await tryToBecomeTheOther(tour)
}

async function compareCounts(tour: Tour): Promise<void> {
  const { print, paint, assistants, check, stack } = tour
  print(`\n${paint.bold('Everybody:')} How many orders are there?\n${paint.dim(`  ${COUNT}`)}`)
  const counted: { who: string; seen: number; truth: number }[] = []
  for (const assistant of assistants.values()) {
    const truth = await readTruth(stack.owner, `${COUNT} where ${onlyStoresOf(assistant.person)}`)
    counted.push({ who: assistant.person.key, seen: await count(assistant), truth: Number(truth[0]?.orders) })
  }
  const rows = counted.map(({ who, seen, truth }) => [who, seen, truth])
  print(renderTable(['who', 'orders seen', 'orders of their stores'], rows, { indent: '  ' }))

  const [all] = await readTruth(stack.owner, COUNT)
  const seenBy = (key: string) => counted.find(({ who }) => who === key)?.seen ?? -1
  check(
    'everybody sees the orders of their own stores, and no other',
    counted.every(({ seen, truth }) => seen === truth && seen > 0),
  )
  check(
    'the same question has four different answers',
    new Set(counted.map(({ seen }) => seen)).size === counted.length,
  )
  check('only head office sees them all', seenBy('head-office') === Number(all?.orders))
}

async function askForTheOtherStore(tour: Tour): Promise<void> {
  const seattle = getAssistant(tour, 'seattle')
  const [redmondId] = storeIdsOf(getPerson('redmond'))
  const sql = `${COUNT} where o.store_id = '${redmondId}'`
  showQuestion(tour, seattle, 'How many orders has Redmond?', sql)
  const seen = await count(seattle, sql)
  tour.print(`  ${seen}`)
  const [truth] = await readTruth(tour.stack.owner, sql)
  tour.check(
    `Redmond has ${Number(truth?.orders)} orders, and Seattle sees none of them`,
    seen === 0 && Number(truth?.orders) > 0,
  )
}

async function tryToBecomeTheOther(tour: Tour): Promise<void> {
  const { print, check, paint, stack } = tour
  const seattle = getAssistant(tour, 'seattle')
  const own = storeIdsOf(seattle.person)
  const attacks = attacksAsIf(getPerson('redmond').userId)
  showQuestion(tour, seattle, 'Let me be somebody else: set_config, in every way we know', `${attacks[0]?.sql}\n…`)

  const door = openDoor(stack, seattle.person.userId)
  const tried: { name: string; asked: Sighting; past: Sighting }[] = []
  for (const { name, sql } of attacks) {
    tried.push({ name, asked: await tryThroughTheServer(seattle, sql), past: await tryPastTheServer(door, sql) })
  }
  const rows = tried.map(({ name, asked, past }) => [name, describeSighting(asked, own), describeSighting(past, own)])
  print(renderTable(['set_config …', 'through the server', 'SQL guard left out'], rows, { indent: '  ', maxWidth: 60 }))
  print(paint.dim('  The guard refuses early and explains; the wall is the database, which holds without it.'))
  check(
    'through the server nothing of another store came back',
    tried.every(({ asked }) => isHarmless(asked, own)),
  )
  check(
    'nor straight from the database',
    tried.every(({ past }) => isHarmless(past, own)),
  )
  check('and Seattle still sees its own orders', (await count(seattle)) > 0)
}

async function tryThroughTheServer(assistant: Assistant, sql: string): Promise<Sighting> {
  const result = await attempt(assistant, sql)
  if ('code' in result) return { refused: result.code }
  return { storeIds: result.rows.map(([storeId]) => (typeof storeId === 'string' ? storeId : null)) }
}

async function count(assistant: Assistant, sql: string = COUNT): Promise<number> {
  return Number((await ask(assistant, sql)).rows[0]?.[0])
}
