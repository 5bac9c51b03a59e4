import { completable, type McpServer, type ServerContext } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { type Opener, runPrompt } from '../boundary.ts'
import type { Completions } from '../completions.ts'
import { icons } from '../icons.ts'
import type { Prompt } from './define.ts'
import exploreSales from './explore-sales.ts'
import replenishmentRound from './replenishment-round.ts'
import weeklyStoreReview from './weekly-store-review.ts'

/** Every prompt there is, in the order in which clients list them. */
export const PROMPTS: readonly Prompt[] = [weeklyStoreReview, replenishmentRound, exploreSales]

const LONGEST = 400

/** Registers the prompts; their arguments complete themselves from what the caller may see. */
export function registerPrompts(
  server: McpServer,
  open: (context: ServerContext) => Opener,
  completions: Completions,
): void {
  for (const prompt of PROMPTS) {
    server.registerPrompt(
      prompt.name,
      {
        title: prompt.title,
        description: prompt.description,
        icons: icons('prompt'),
        argsSchema: toSchema(prompt, completions),
      },
      (given, context) =>
        runPrompt(prompt.name, open(context), async () => ({
          description: prompt.description,
          messages: [{ role: 'user', content: { type: 'text', text: prompt.write(given) } }],
        })),
    )
  }
}

function toSchema({ args }: Prompt, completions: Completions) {
  const fields = Object.entries(args).map(([name, { description, completes }]) => {
    const field = z.string().max(LONGEST).describe(description)
    const one = completes === undefined ? field : completable(field, (begun) => completions[completes](begun))
    return [name, one.optional()] as const
  })
  return z.object(Object.fromEntries(fields))
}
