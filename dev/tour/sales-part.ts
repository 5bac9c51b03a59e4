import { ask } from './assistant.ts'
import { getAssistant } from './participants.ts'
import { QUESTIONS } from './questions.ts'
import { showHeadline, showQuestion, showTable } from './show.ts'
import type { Tour } from './tour.ts'
import { isTrue, onlyStoresOf, readTruth } from './truth.ts'

/** Asks questions in SQL, and compares every answer with what the database's owner reads. */
export async function askQuestions(tour: Tour): Promise<void> {
  showHeadline(tour, 'In SQL, where no report fits')
  for (const { as, text, sql } of QUESTIONS) {
    const assistant = getAssistant(tour, as)
    showQuestion(tour, assistant, text, sql())
    const answer = await ask(assistant, sql())
    showTable(tour, answer)
    const truth = await readTruth(tour.stack.owner, sql(onlyStoresOf(assistant.person)))
    const isRight = answer.rows.length > 0 && isTrue(answer, truth)
    tour.check(`${answer.rows.length} rows, all as the database's owner counts them for these stores`, isRight)
  }
}
