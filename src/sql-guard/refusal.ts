/** How the inside of the guard says no; `check.ts` turns it into the error that the caller sees. */

/** What was wrong, for logs and tests. */
export type RefusalKind =
  | 'text'
  | 'size'
  | 'syntax'
  | 'statement'
  | 'relation'
  | 'function'
  | 'type'
  | 'operator'
  | 'column'
  | 'clause'
  | 'growth'

/** What to say: the sentence names what was refused, the hint what to write instead. */
export interface Lesson {
  readonly sentence: string
  readonly hint: string
  /** Finds the spot in the text where the parser's tree has no place for it. */
  readonly spot?: RegExp
}

/** Where: the parser's tree counts bytes, everything else here counts as JavaScript does. */
export type At = { readonly byte: number } | { readonly offset: number }

/** A statement that we do not run. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly kind: RefusalKind
  readonly hint: string
  readonly at: At | undefined
  readonly spot: RegExp | undefined

  constructor(kind: RefusalKind, lesson: Lesson, at?: At) {
    super(lesson.sentence)
    this.kind = kind
    this.hint = lesson.hint
    this.at = at
    this.spot = lesson.spot
  }
}
