/**
 * Growth analysis: how wide can a value become? A statement's time limit does not bound its memory: `||`, `concat`,
 * `replace` and `string_agg`, chained through WITH, reached 12 GB in one query that passed every other check.
 *
 * Every expression is read once, from the inside out, in the scope that Postgres gives it; where a scope or a name is
 * doubtful, the widest candidate counts. Recursion is safe here: it runs only on trees that walk.ts has bounded to
 * LIMITS.depth and LIMITS.nodes.
 */
import { readLevel } from './growth-levels.ts'
import { BUDGET, UNBOUNDED, type Weight } from './growth-lists.ts'
import { findColumn, type Source } from './growth-scope.ts'
import { BASE, isUnbounded, type Shape, SMALL, widest } from './growth-shape.ts'
import { type At, type Lesson, Refusal } from './refusal.ts'
import type { Fields } from './tree.ts'

/** What the analysis found, for the cost gate. */
export interface Growth {
  /** Bytes of memory that a row adds to what is collected of all rows, for the cost gate; 0 when nothing is. */
  readonly collectedBytes: number
}

/** One query level while it is read. */
export interface Level {
  /** What stands in its FROM; the select list too, while ORDER BY and GROUP BY are read. */
  readonly sources: Source[]
  readonly withQueries: Map<string, Source>
  /** A function in its select list, or in FROM, multiplies its rows. */
  multipliesRows: boolean
  /** What stands in its FROM may have many more rows than the planner believes. */
  open: boolean
  /** An aggregate makes one row of many. */
  aggregates: boolean
  /** How often its rows were made by taking a value apart, one inside the other. */
  apart: number
}

/** Hints that several refusals share. */
const LESSONS = {
  tooManyAggregates: {
    sentence: `The query collects rows into more than ${BUDGET.unboundedAggregates} lists or texts.`,
    hint: 'Return rows instead of string_agg, array_agg or jsonb_agg; the answer carries them well.',
  },
  aggregateTooWide: {
    sentence: 'The query collects values into a list or text that are themselves very long.',
    hint: 'Collect short columns only, once, and return rows instead of nesting aggregates.',
  },
  tooManyParts: {
    sentence: 'The expressions of this query, with the sub-queries that they name written out, are very long.',
    hint: 'Use a computed column once or twice per level, and compute it in fewer levels.',
  },
  tooManyDigits: {
    sentence: 'The query divides numbers that may have thousands of digits.',
    hint: 'Write numbers below 1e100, and cast powers to double precision: power(a, b)::float8.',
  },
  soughtTooWide: {
    sentence: 'IN, INTERSECT or EXCEPT looks for values here that are very long.',
    hint: 'Compare ids or short columns, or write EXISTS with a condition on ids.',
  },
  tooManyCopies: {
    sentence: 'The query works in too many places on what string_agg, array_agg or jsonb_agg collected.',
    hint: 'Aggregate as the last step, and work on the single values before it.',
  },
} as const

/** The state of one analysis; a new one per statement. */
export class Analysis {
  readonly #levels: Level[] = []
  #unboundedAggregates = 0
  #aggregatedWidth = 0
  #collectedBytes = 0
  #onUnbounded = 0
  #texts = 0
  #written = 0
  #digits = 0
  /** Nodes of the expression that is being read, names of sub-queries' columns replaced by what they stand for. */
  parts = 0

  run(select: Fields): Growth {
    readLevel(this, select)
    return { collectedBytes: Math.ceil(this.#collectedBytes) }
  }

  /** Reads a query level inside the current one. */
  within<Result>(read: (level: Level) => Result): Result {
    const level: Level = {
      sources: [],
      withQueries: new Map(),
      multipliesRows: false,
      open: false,
      aggregates: false,
      apart: 0,
    }
    this.#levels.push(level)
    const result = read(level)
    this.#levels.pop()
    return result
  }

  get level(): Level | undefined {
    return this.#levels.at(-1)
  }

  /** Returns the query in WITH that a name in FROM means; undefined means a table. */
  withQuery(name: string): Source | undefined {
    return this.#levels.findLast(({ withQueries }) => withQueries.has(name))?.withQueries.get(name)
  }

  /** Returns every source in sight that goes by this alias. */
  sourcesNamed(alias: string): readonly Source[] {
    return this.#levels.flatMap(({ sources }) => sources.filter((source) => source.alias === alias))
  }

  /** Returns what a name without qualifier may stand for; levels around this one are in sight too. */
  column(name: string): Shape {
    const found = this.#levels.map(({ sources }) => findColumn(sources, name)).filter((shape) => shape !== undefined)
    return found.length === 0 ? BASE : widest(found)
  }

  /** Counts an aggregate that collects every row, over values of the given width. */
  collect(width: number, weight: Weight, at: At | undefined): void {
    if (++this.#unboundedAggregates > BUDGET.unboundedAggregates) this.refuse(LESSONS.tooManyAggregates, at)
    this.#aggregatedWidth += width
    if (this.#aggregatedWidth > BUDGET.aggregatedWidth) this.refuse(LESSONS.aggregateTooWide, at)
    this.#collectedBytes += weight.row + weight.value * width
  }

  /** Counts an operation that copies its arguments; two collected values at once are refused. */
  copies(shapes: readonly Shape[], at: At | undefined): void {
    const collected = shapes.filter(isUnbounded).length
    this.#onUnbounded += collected
    if (collected > 1 || this.#onUnbounded > BUDGET.onUnbounded) this.refuse(LESSONS.tooManyCopies, at)
  }

  /** Counts nodes of an expression; a column of a sub-query has as many as its own expression. */
  write(parts: number, at?: At): void {
    this.parts += parts
    this.#written += parts
    if (this.#written > BUDGET.parts) this.refuse(LESSONS.tooManyParts, at)
  }

  /** Counts a division, or a root, of numbers of any precision. */
  divide([first = SMALL, second = first]: readonly Shape[], at: At | undefined): void {
    this.#digits += first.width * second.width
    if (this.#digits > BUDGET.digits) this.refuse(LESSONS.tooManyDigits, at)
  }

  /** Reads an expression that gets a name; its shape knows how long it is. */
  named(read: () => Shape): Shape {
    const outer = this.parts
    this.parts = 0
    const shape = read()
    const parts = Math.max(1, this.parts)
    this.parts += outer
    return { ...shape, parts }
  }

  /** Turns a value to text, its width bounded. */
  text(shape: Shape, at: At | undefined): Shape {
    if (!shape.nested) return shape
    if (isUnbounded(shape) && ++this.#texts > BUDGET.texts) this.refuse(LESSONS.tooManyCopies, at)
    return { ...shape, width: this.bounded(shape.width * 2, at), nested: false }
  }

  /** Checks a row that others are held in memory to be compared with. */
  sought(columns: readonly Shape[], at?: At): void {
    const isWide = columns.some(({ width }) => width > BUDGET.soughtColumn)
    if (isWide || columns.reduce((sum, { width }) => sum + width, 0) > BUDGET.soughtRow) {
      this.refuse(LESSONS.soughtTooWide, at)
    }
  }

  /** Bounds a width that was computed; what an aggregate collected stays UNBOUNDED. */
  bounded(width: number, at: At | undefined): number {
    if (width < UNBOUNDED && width > BUDGET.width) {
      this.refuse(
        {
          sentence: 'A value of this query can grow very long here.',
          hint: 'Combine fewer values, and aggregate as the last step.',
        },
        at,
      )
    }
    return Math.min(width, UNBOUNDED)
  }

  refuse(lesson: Lesson, at?: At): never {
    throw new Refusal('growth', lesson, at)
  }
}

/** Analyses a `SelectStmt` that walk.ts has accepted. */
export function analyseGrowth(select: Fields): Growth {
  return new Analysis().run(select)
}
