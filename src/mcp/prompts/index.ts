import type { McpServer, ServerContext } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { type Opener, runPrompt } from '../boundary.ts'
import { ICONS } from '../icons.ts'
import type { Prompt } from './define.ts'
import exploreSales from './explore-sales.ts'
import replenishmentRound from './replenishment-round.ts'
import weeklyStoreReview from './weekly-store-review.ts'

/** Every prompt there is, in the order in which clients list them. */
export const PROMPTS: readonly Prompt[] = [weeklyStoreReview, replenishmentRound, exploreSales]

const LONGEST = 400

const SHOWN = PROMPTS.map((prompt) => ({ prompt, argsSchema: toSchema(prompt) }))

/** Registers the prompts. */
export function registerPrompts(server: McpServer, open: (context: ServerContext) => Opener): void {
  for (const { prompt, argsSchema } of SHOWN) {
    server.registerPrompt(
      prompt.name,
      {
        title: prompt.title,
        description: prompt.description,
        icons: ICONS.prompt,
        argsSchema,
      },
      (given, context) =>
        runPrompt(prompt.name, open(context), async () => ({
          description: prompt.description,
          messages: [{ role: 'user', content: { type: 'text', text: prompt.write(givenOf(given)) } }],
        })),
    )
  }
}

/** Forms send a field that was left blank as an empty text. */
function givenOf(given: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value = '']) => (value.trim() === '' ? [] : [[name, value.trim()] as const])),
  )
}

function toSchema({ args }: Prompt) {
  const fields = Object.entries(args).map(
    ([name, { description }]) => [name, z.string().max(LONGEST).describe(description).optional()] as const,
  )
  return z.object(Object.fromEntries(fields))
}
