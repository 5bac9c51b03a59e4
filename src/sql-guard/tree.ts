/**
 * Reads libpg-query's JSON. A node is an object with one capitalised key (`{"FuncCall": {...}}`); some fields hold the
 * bare fields of a fixed type instead; zero, false and the empty string are left out.
 */

/** Any JSON value. */
export type TreeValue = string | number | boolean | null | readonly TreeValue[] | Fields

/** The fields of one node. */
export interface Fields {
  readonly [field: string]: TreeValue | undefined
}

/** A node: its type and its fields. */
export interface TreeNode {
  readonly type: string
  readonly fields: Fields
}

/** Tells whether a value is a JSON object. */
export function isFields(value: TreeValue | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Returns a tagged node, or undefined when the value is anything else. */
export function nodeOf(value: TreeValue | undefined): TreeNode | undefined {
  if (!isFields(value)) return undefined
  const keys = Object.keys(value)
  const type = keys[0]
  if (keys.length !== 1 || type === undefined || !/^[A-Z]/.test(type)) return undefined
  const fields = value[type]
  return isFields(fields) ? { type, fields } : undefined
}

/** Returns the fields of a node of the given type, or undefined. */
export function fieldsOf(value: TreeValue | undefined, type: string): Fields | undefined {
  const node = nodeOf(value)
  return node?.type === type ? node.fields : undefined
}

/** Returns a list; an absent one is empty. */
export function listOf(value: TreeValue | undefined): readonly TreeValue[] {
  return Array.isArray(value) ? value : []
}

/** Returns a text field; an absent one is empty. */
export function textOf(value: TreeValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

/** Returns the text of a `String` node, or undefined. */
export function nameOf(value: TreeValue | undefined): string | undefined {
  const fields = fieldsOf(value, 'String')
  return fields && textOf(fields.sval)
}

/** Returns the texts of a list of `String` nodes: a dotted name, an operator, an alias list. */
export function namesOf(value: TreeValue | undefined): string[] {
  return listOf(value)
    .map(nameOf)
    .filter((name) => name !== undefined)
}

/** Returns the text of a string constant, or undefined. */
export function stringConstant(value: TreeValue | undefined): string | undefined {
  const constant = fieldsOf(value, 'A_Const')
  return isFields(constant?.sval) ? textOf(constant.sval.sval) : undefined
}

/** Returns the text of a constant with a fraction, an exponent or more than nine digits, or undefined. */
export function decimalConstant(value: TreeValue | undefined): string | undefined {
  const constant = fieldsOf(value, 'A_Const')
  return isFields(constant?.fval) ? textOf(constant.fval.fval) : undefined
}

/** Returns an integer constant, or undefined. */
export function integerConstant(value: TreeValue | undefined): number | undefined {
  const constant = fieldsOf(value, 'A_Const')
  if (!isFields(constant?.ival)) return undefined
  return typeof constant.ival.ival === 'number' ? constant.ival.ival : 0
}

/** Returns the last part of a function's name. */
export function functionName(call: Fields): string {
  return namesOf(call.funcname).at(-1) ?? ''
}

/** Returns where a node starts, in bytes, or undefined when the parser does not say. */
export function locationOf(fields: Fields): number | undefined {
  const at = fields.location
  return typeof at === 'number' && at >= 0 ? at : undefined
}
