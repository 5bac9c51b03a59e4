/** What the growth analysis knows about a value. */
import { UNBOUNDED } from './growth-lists.ts'

/** A value's possible size. */
export interface Shape {
  /** Base values wide; UNBOUNDED for what an aggregate collects. */
  readonly width: number
  /** Width of one part, when it is a list or document that is taken apart again. */
  readonly element: number
  /** Put together out of pieces, so that the caller chooses its characters. */
  readonly built: boolean
  /** A list, a row or a document: written as text, its quotes and backslashes are doubled. */
  readonly nested: boolean
  /** Nodes that the planner may write in the place of its name: it puts a sub-query's expressions where they are used. */
  readonly parts: number
}

/** A column of a table. */
export const BASE: Shape = { width: 1, element: 1, built: false, nested: false, parts: 1 }

/** A number, a date, a truth value. */
export const SMALL: Shape = { width: 0.1, element: 0.1, built: false, nested: false, parts: 1 }

/** Makes a shape of one width throughout. */
export function plain(width: number, built = false): Shape {
  const capped = Math.min(width, UNBOUNDED)
  return { ...SMALL, width: capped, element: capped, built }
}

/** The smallest shape that holds each of the given ones. */
export function widest(shapes: readonly Shape[]): Shape {
  return shapes.reduce(
    (a, b) => ({
      width: Math.max(a.width, b.width),
      element: Math.max(a.element, b.element),
      built: a.built || b.built,
      nested: a.nested || b.nested,
      parts: Math.max(a.parts, b.parts),
    }),
    SMALL,
  )
}

/** The width of all together. */
export function sumOfWidths(shapes: readonly Shape[]): number {
  return shapes.reduce((sum, shape) => Math.min(UNBOUNDED, sum + shape.width), 0)
}

/** The width of all together, each as text. */
export function sumOfTexts(shapes: readonly Shape[]): number {
  return shapes.reduce((sum, shape) => Math.min(UNBOUNDED, sum + shape.width * (shape.nested ? 2 : 1)), 0)
}

/** Tells whether the value is one that an aggregate collected. */
export function isUnbounded(shape: Shape): boolean {
  return shape.width >= UNBOUNDED
}
