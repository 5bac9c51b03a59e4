import type { Assistant } from './assistant.ts'
import type { Tour } from './tour.ts'

/** Returns the assistant of a participant. Throws when nobody of that key takes part. */
export function getAssistant({ assistants }: Pick<Tour, 'assistants'>, key: string): Assistant {
  const assistant = assistants.get(key)
  if (assistant === undefined) throw new Error(`${key} takes no part in the tour`)
  return assistant
}
