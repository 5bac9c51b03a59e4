/**
 * Walks the whole tree of a statement and refuses what the lists do not name: default deny, over node types, their
 * fields, and the names inside. The stack is explicit, because the depth is the caller's to choose.
 */
import { checkNode } from './check-node.ts'
import { BARE_FIELDS, LIMITS, NODES } from './lists.ts'
import { notePatterns, type Patterns } from './patterns.ts'
import { Refusal } from './refusal.ts'
import { teachField, teachNode } from './teach-clauses.ts'
import { tooBig } from './teach-sizes.ts'
import { type Fields, isFields, listOf, locationOf, nodeOf, type TreeValue } from './tree.ts'

/** What the statement uses, collected on the way. */
export interface Uses {
  /** Names in FROM without a schema, with the byte where each stands first; WITH names are among them. */
  readonly names: Map<string, number>
  /** Retail tables that were written with their schema. */
  readonly qualified: Set<string>
  readonly withNames: Set<string>
  readonly functions: Set<string>
  /** Mentions of tables, repeated ones too. */
  mentions: number
  readonly patterns: Patterns
}

/** One node on the stack; `at` is its place in bytes, or its parent's when it has none. */
export interface Visit {
  readonly type: string
  readonly fields: Fields
  readonly depth: number
  readonly at: number
}

/** Fields of a literal: they hold values, not nodes. */
const LITERALS = new Set(['A_Const', 'String', 'Integer', 'Float', 'Boolean'])

/** Checks a `SelectStmt` and returns what it uses. */
export function walk(select: Fields, knownRelations: ReadonlySet<string>, start: number): Uses {
  const uses: Uses = {
    names: new Map(),
    qualified: new Set(),
    withNames: new Set(),
    functions: new Set(),
    mentions: 0,
    patterns: { isUsed: false },
  }
  const stack: Visit[] = [{ type: 'SelectStmt', fields: select, depth: 0, at: start }]

  for (let count = 1; stack.length > 0; count++) {
    const visit = stack.pop() as Visit // the loop's condition
    const allowed = NODES.get(visit.type)
    if (allowed === undefined) throw new Refusal('clause', teachNode(visit.type), { byte: visit.at })
    if (visit.depth > LIMITS.depth) throw new Refusal('size', tooBig('depth'), { byte: visit.at })
    if (count > LIMITS.nodes) throw new Refusal('size', tooBig('nodes'), { byte: visit.at })

    checkNode(visit, uses, knownRelations)
    notePatterns(uses.patterns, visit.type, visit.fields, visit.at)
    const children: Visit[] = []
    for (const [field, value] of Object.entries(visit.fields)) {
      if (!allowed.has(field)) throw refusedField(visit, field, value)
      collectChildren(children, visit, field, value)
    }
    stack.push(...children.reverse()) // so that the first mistake in the text is the one reported
  }
  return uses
}

function collectChildren(children: Visit[], parent: Visit, field: string, value: TreeValue | undefined): void {
  if (Array.isArray(value)) {
    for (const item of listOf(value)) collectChildren(children, parent, field, item)
    return
  }
  if (!isFields(value) || Object.keys(value).length === 0) return // {} stands for "nothing here"
  const node = nodeOf(value)
  if (node !== undefined) {
    children.push(visitOf(parent, node.type, node.fields))
    return
  }
  const bare =
    parent.type === 'SelectStmt' && (field === 'larg' || field === 'rarg') ? 'SelectStmt' : BARE_FIELDS.get(field)
  if (bare !== undefined) children.push(visitOf(parent, bare, value))
  else if (!LITERALS.has(parent.type)) throw new Refusal('clause', teachField(parent.type, field), { byte: parent.at })
}

function visitOf(parent: Visit, type: string, fields: Fields): Visit {
  // A location of 0 is left out by the parser: for a type that has one, absent means the very start.
  const own = fields.location === undefined && NODES.get(type)?.has('location') ? 0 : locationOf(fields)
  return { type, fields, depth: parent.depth + 1, at: own ?? parent.at }
}

function refusedField(visit: Visit, field: string, value: TreeValue | undefined): Refusal {
  const inside = isFields(value) ? firstLocation(value) : undefined
  return new Refusal('clause', teachField(visit.type, field), { byte: inside ?? visit.at })
}

/** Returns the location of the first located node one or two levels down, enough for INTO and its like. */
function firstLocation(fields: Fields): number | undefined {
  for (const child of Object.values(fields)) {
    if (isFields(child)) return locationOf(child) ?? undefined
  }
  return locationOf(fields)
}
