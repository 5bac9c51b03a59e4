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
}

/** A column of a table. */
export const BASE: Shape = { width: 1, element: 1, built: false }

/** A number, a date, a truth value. */
export const SMALL: Shape = { width: 0.1, element: 0.1, built: false }

/** Makes a shape of one width throughout. */
export function plain(width: number, built = false): Shape {
  const capped = Math.min(width, UNBOUNDED)
  return { width: capped, element: capped, built }
}

/** The smallest shape that holds each of the given ones. */
export function widest(shapes: readonly Shape[]): Shape {
  return shapes.reduce(
    (a, b) => ({
      width: Math.max(a.width, b.width),
      element: Math.max(a.element, b.element),
      built: a.built || b.built,
    }),
    SMALL,
  )
}

/** The width of all together. */
export function sumOfWidths(shapes: readonly Shape[]): number {
  return shapes.reduce((sum, shape) => Math.min(UNBOUNDED, sum + shape.width), 0)
}

/** Tells whether the value is one that an aggregate collected. */
export function isUnbounded(shape: Shape): boolean {
  return shape.width >= UNBOUNDED
}
