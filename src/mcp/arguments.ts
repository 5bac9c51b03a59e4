import { z } from 'zod'
import { ValidationError } from '../errors.ts'
import { parseJson } from '../json.ts'
import type { Tool } from './tools/define.ts'

/** Reads a tool's arguments; throws a ValidationError that names the argument and says what it must be. */
export function parseArguments(tool: Tool, args: unknown): z.output<Tool['input']> {
  const asked = args ?? {}
  const first = tool.input.safeParse(asked)
  const read = first.success ? asked : readText(asked, first.error.issues)
  const result = read === asked ? first : tool.input.safeParse(read)
  if (result.success) {
    refuseNul(read)
    return result.data
  }
  const [issue] = result.error.issues
  const allowed = Object.keys(tool.input.shape)
  if (issue?.code === 'unrecognized_keys') {
    const field = issue.keys[0] ?? ''
    throw new ValidationError(`${tool.name} has no argument "${field.slice(0, 64)}".`, {
      field: field.slice(0, 64),
      constraint: allowed.length === 0 ? 'takes no arguments' : `one of: ${allowed.join(', ')}`,
      hint: allowed.length === 0 ? 'Call it without arguments.' : `Its arguments are ${allowed.join(', ')}.`,
    })
  }
  const field = issue?.path.join('.') || 'arguments'
  const message = issue?.message ?? 'is not valid'
  throw new ValidationError(`${field}: ${message}.`.replace('..', '.'), {
    field,
    constraint: message,
    hint: describeArgument(tool, String(issue?.path[0] ?? '')),
  })
}

/**
 * Models and clients write numbers, booleans and lists as JSON in a text: "10", "true", "[\"retail.orders\"]". Such a text is
 * read where the schema wants what it holds; the schema then judges the value as if it had been sent so. A blank text
 * that the schema does not take is absent.
 */
function readText(args: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const read: Record<string, unknown> = { ...z.record(z.string(), z.unknown()).safeParse(args).data }
  let hasRead = false
  for (const { code, path, ...issue } of issues) {
    const [field] = path
    if (path.length !== 1 || typeof field !== 'string') continue
    const said = read[field]
    if (typeof said === 'string' && said.trim() === '') {
      delete read[field]
      hasRead = true
      continue
    }
    const value = typeof said === 'string' ? parseJson(said) : undefined
    if (code !== 'invalid_type' || !('expected' in issue) || kindOf(value) !== issue.expected) continue
    read[field] = value
    hasRead = true
  }
  return hasRead ? read : args
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value
}

/** Postgres takes no NUL in a text, and would refuse the whole question in words that nobody could act on. SQL has a lesson of its own. */
function refuseNul(args: unknown): void {
  for (const [field, value] of Object.entries(args ?? {})) {
    if (field === 'postgresql_query' || !holdsNul(value)) continue
    throw new ValidationError(`${field}: must not contain a NUL character.`, {
      field,
      constraint: 'must not contain a NUL character',
      hint: 'Remove it.',
    })
  }
}

function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0')
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsNul)
}

function describeArgument(tool: Tool, name: string): string {
  const description = tool.input.shape[name] instanceof z.ZodType ? tool.input.shape[name].description : undefined
  return description === undefined
    ? `Its arguments are ${Object.keys(tool.input.shape).join(', ')}.`
    : `${name}: ${description}`
}
