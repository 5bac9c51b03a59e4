import {
  acceptedContent,
  createRequestStateCodec,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type McpServer,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { z } from 'zod'

/**
 * Asking the user back in the middle of a call. In the newer era the call ends with a question and comes again with the
 * answer; in the older one the SDK makes a real elicitation of the same. What a tool has asked travels through the client,
 * signed and bound to the user, so that an answer is only ever taken for the question that it belongs to.
 */

/** A question whose answer is one of a few. */
export interface Question {
  readonly message: string
  readonly options: readonly { readonly value: string; readonly title: string }[]
}

/** Puts a question before the user; returns the chosen value, or undefined when they would not say. */
export type Choose = (question: Question) => Promise<string | undefined>

/** What a tool has asked. */
export interface Asked {
  readonly tool: string
  readonly values: readonly string[]
}

/** Thrown by `Choose` to end the call with a question; not an error. */
export class AnswerNeeded {
  readonly result: InputRequiredResult

  constructor(result: InputRequiredResult) {
    this.result = result
  }
}

const KEY = 'choice'
const chosen = z.object({ choice: z.string() })

/** Makes the codec for what is asked; `key` is the deployment's session key, used under a name of its own. */
export function createAskedCodec(key: string): RequestStateCodec<Asked> {
  return createRequestStateCodec<Asked>({
    key: `asked:${key}`,
    bind: ({ mcpReq, http }) => JSON.stringify([mcpReq.method, http?.authInfo?.extra?.principal]),
  })
}

/** Makes the way to ask for one call of a tool; undefined when the client has no form to show. */
export function createChoose(
  tool: string,
  context: ServerContext,
  { server, codec }: { readonly server: McpServer; readonly codec: RequestStateCodec<Asked> },
): Choose | undefined {
  const elicitation = server.server.getClientCapabilities()?.elicitation
  // A client that declares nothing within it shows forms.
  if (elicitation === undefined || (elicitation.form === undefined && elicitation.url !== undefined)) return undefined
  return async ({ message, options }) => {
    const values = options.map(({ value }) => value)
    const asked = context.mcpReq.requestState<Asked>()
    const isAnswer = asked?.tool === tool && asked.values.join() === values.join()
    if (isAnswer && inputResponse(context.mcpReq.inputResponses, KEY).kind === 'elicit') {
      const given = acceptedContent(context.mcpReq.inputResponses, KEY, chosen)?.choice
      return values.find((value) => value === given)
    }
    throw new AnswerNeeded(
      inputRequired({
        requestState: await codec.mint({ tool, values }, context),
        inputRequests: {
          [KEY]: inputRequired.elicit({
            message,
            requestedSchema: {
              type: 'object',
              properties: {
                choice: {
                  type: 'string',
                  title: 'Choice',
                  oneOf: options.map(({ value, title }) => ({ const: value, title })),
                },
              },
              required: ['choice'],
            },
          }),
        },
      }),
    )
  }
}
