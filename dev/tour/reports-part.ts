import { callTool, table } from './assistant.ts'
import { insights, showInsights } from './insights.ts'
import { getAssistant } from './participants.ts'
import { SALES_QUESTIONS, STOCK_QUESTIONS, type ToolQuestion } from './report-questions.ts'
import { callText, showHeadline, showQuestion, showTable } from './show.ts'
import { stockInsightTruth } from './stock-truth.ts'
import type { Tour } from './tour.ts'
import { columnsOf, isTrue, onlyStoresOf, readTruth } from './truth.ts'

const answerShape = table.extend({ insights: insights.optional() })

/** Asks for reports about sales. */
export async function askForReports(tour: Tour): Promise<void> {
  showHeadline(tour, 'What sold')
  for (const question of SALES_QUESTIONS) await askForTable(tour, question)
}

/** Asks what lies on the shelves, and what is bought together. */
export async function askAboutStock(tour: Tour): Promise<void> {
  showHeadline(tour, 'What is on the shelf, and what goes with what')
  for (const question of STOCK_QUESTIONS) await askForTable(tour, question)
}

/** Shows the columns of a question, compares them with the owner's rows, and then the insights that came along. */
async function askForTable(tour: Tour, { as, text, tool, args, columns, truth }: ToolQuestion): Promise<void> {
  const assistant = getAssistant(tour, as)
  showQuestion(tour, assistant, text, callText(tool, args))
  const answer = answerShape.parse(await callTool(assistant, tool, args))
  const shown = columnsOf(answer, columns)
  showTable(tour, shown)
  const expected = await readTruth(tour.stack.owner, truth(onlyStoresOf(assistant.person)))
  const isRight = shown.rows.length > 0 && isTrue(shown, expected)
  tour.check(`${shown.rows.length} rows, every cell as the owner computes it in SQL for these stores`, isRight)
  if (answer.insights !== undefined) {
    await showInsights(tour, assistant, { found: answer.insights, truthOf: stockInsightTruth })
  }
}
