/**
 * Growth analysis: how wide can a value become? A statement's time limit does not bound its memory: `||`, `concat`,
 * `replace` and `string_agg`, chained through WITH, reached 12 GB in one query that passed every other check.
 *
 * Widths travel between query levels by name, over all levels at once, which overestimates. A name may be used before
 * it is defined in the order of the walk, so the walk is repeated until nothing changes.
 *
 * Recursion is safe here: it runs only on trees that walk.ts has bounded to LIMITS.depth and LIMITS.nodes.
 */
import { readLevel } from './growth-levels.ts'
import { BUDGET, UNBOUNDED } from './growth-lists.ts'
import { isUnbounded, type Shape, widest } from './growth-shape.ts'
import { type At, type Lesson, Refusal } from './refusal.ts'
import type { Fields } from './tree.ts'

/** What the analysis found, for the cost gate. */
export interface Growth {
  /** Aggregates that collect every row: the cost gate is tighter with them. */
  readonly unboundedAggregates: number
}

/** A row source that can be named in FROM: a WITH query or sub-query. */
export interface Source {
  readonly names: readonly string[]
  /** Has columns whose names only the database knows. */
  readonly unnamed: boolean
  /** All columns together. */
  readonly row: Shape
  /** The widest of the columns. */
  readonly column: Shape
  /** May have many more rows than the planner believes. */
  readonly open: boolean
}

/** Rounds after which names must have settled; 1,000 widths double ten times through at most twelve WITH queries. */
const MAX_ROUNDS = 40

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
  tooManyCopies: {
    sentence: 'The query works too often on collected text.',
    hint: 'Aggregate as the last step, and work on the single values before it.',
  },
} as const

/** The state of one analysis; a new one per statement. */
export class Analysis {
  readonly sources = new Map<string, Source>()
  /** Of the level being read: its FROM may have many more rows than the planner believes. */
  openRows = false
  /** Of the level being read: a function in its select list multiplies its rows. */
  multipliesRows = false
  /** Of the level being read: an aggregate makes one row of many. */
  aggregates = false

  readonly #shapes = new Map<string, Shape>()
  readonly #names = new Set<string>()
  #changed = true
  #unboundedAggregates = 0
  #aggregatedWidth = 0
  #onUnbounded = 0

  run(select: Fields): Growth {
    for (let round = 0; this.#changed; round++) {
      if (round >= MAX_ROUNDS) this.refuse(LESSONS.tooManyCopies)
      this.#changed = false
      this.#unboundedAggregates = this.#aggregatedWidth = this.#onUnbounded = 0
      readLevel(this, select)
    }
    return { unboundedAggregates: this.#unboundedAggregates }
  }

  shapeOf(name: string): Shape | undefined {
    return this.#shapes.get(name)
  }

  /** Tells whether some level gives this name to one of its columns. */
  isOutputName(name: string): boolean {
    return this.#names.has(name)
  }

  /** Notes that a value of this shape goes by this name. */
  name(name: string, shape: Shape): void {
    this.#names.add(name)
    const known = this.#shapes.get(name)
    const next = known === undefined ? shape : widest([known, shape])
    if (
      known !== undefined &&
      next.width === known.width &&
      next.element === known.element &&
      next.built === known.built
    )
      return
    this.#shapes.set(name, next)
    this.#changed = true
  }

  /** Notes a row source; a second one of the same name adds to the first. */
  source(name: string, source: Source): void {
    const known = this.sources.get(name)
    const open = source.open || known?.open === true
    if (known !== undefined && known.open !== open) this.#changed = true
    this.sources.set(name, {
      names: [...new Set([...(known?.names ?? []), ...source.names])],
      unnamed: source.unnamed || known?.unnamed === true,
      row: widest([source.row, ...(known ? [known.row] : [])]),
      column: widest([source.column, ...(known ? [known.column] : [])]),
      open,
    })
  }

  /** Counts an aggregate that collects every row, over values of the given width. */
  collect(width: number, at: At | undefined): void {
    if (++this.#unboundedAggregates > BUDGET.unboundedAggregates) this.refuse(LESSONS.tooManyAggregates, at)
    this.#aggregatedWidth += width
    if (this.#aggregatedWidth > BUDGET.aggregatedWidth) this.refuse(LESSONS.aggregateTooWide, at)
  }

  /** Counts an operation that copies its arguments; two collected values at once are refused. */
  copies(shapes: readonly Shape[], at: At | undefined): void {
    const collected = shapes.filter(isUnbounded).length
    this.#onUnbounded += collected
    if (collected > 1 || this.#onUnbounded > BUDGET.onUnbounded) this.refuse(LESSONS.tooManyCopies, at)
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
