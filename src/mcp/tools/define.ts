import type { z } from 'zod'
import type { Scope } from '../../auth/principal.ts'
import type { Call } from '../call.ts'

/** Hints for clients that decide whether to ask before a call. */
export interface Annotations {
  readonly readOnlyHint: boolean
  readonly destructiveHint: boolean
  readonly idempotentHint: boolean
  readonly openWorldHint: boolean
}

/** Reads, changes nothing, can be repeated, reaches nothing outside our database. */
export const readOnly: Annotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
}

/** A tool: data, and one function. `text` writes the answer compactly for the model; equal in content to the answer. */
export interface Tool<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
  readonly name: string
  readonly title: string
  readonly description: string
  /** What its picture draws on a field of 16 × 16, as the path of an SVG. */
  readonly icon: string
  readonly scope: Scope
  readonly annotations: Annotations
  readonly input: Input
  readonly output: Output
  run(args: z.output<Input>, call: Call): Promise<z.input<Output>>
  text?(answer: z.output<Output>): string
}

/** Declares a tool; the schemas type its function. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(tool: Tool<Input, Output>): Tool {
  return tool as unknown as Tool
}
