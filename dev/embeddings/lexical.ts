import { DIMENSIONS } from '../../src/search/product-text.ts'
import { conceptsOf } from './concepts.ts'
import { stem } from './stem.ts'

export { DIMENSIONS } from '../../src/search/product-text.ts'
export { STAND_IN_MODEL as LEXICAL_MODEL } from '../../src/search/search-mode.ts'

const WORD = 1
const CONCEPT = 0.8
const GRAM = 0.02
/** Numbers and units, such as `4 in`: nearly every product has some. */
const NUMBER = 0.1
/** Every word has this many places, so that sharing one with a stranger is not being the stranger. */
const COPIES = 3
/** A product's name and type say what it is, its category says little, the rest says what it is for. */
const LINES = [3, 2, 0.5]
/** Words that say nothing about a product. */
const STOP_WORDS = new Set(
  'a an and are as at be by can do does for from get has have how i in into is it its like me my need no not of off on one or our over so some something sell that the their them they thing things this to up use used we what when where which while who will with without you your want looking find show stuff get rid anything please good best'.split(
    ' ',
  ),
)

/**
 * A vector of unit length for a text, from its words, their stems, a small list of related words and their letter groups. Two
 * texts are near when they share those; it knows no language beyond that. No randomness, no files, no network.
 */
export function embedLexically(text: string, dimensions: number = DIMENSIONS): Float32Array {
  const vector = new Float64Array(dimensions)
  // Letter groups have places of their own: there are many, they say little, and they shall not cover words.
  const wordPlaces = Math.ceil(dimensions * 0.9)
  const gramPlaces = Math.max(1, dimensions - wordPlaces)
  for (const [feature, weight] of featuresOf(text)) {
    const isGram = feature.startsWith('g:')
    for (let copy = 0; copy < (isGram ? 1 : COPIES); copy++) {
      const hash = hashOf(`${copy}${feature}`)
      const at = isGram ? dimensions - 1 - ((hash >>> 1) % gramPlaces) : (hash >>> 1) % wordPlaces
      // A word said four times counts twice; the sign lets collisions cancel out instead of adding up.
      vector[at] = (vector[at] ?? 0) + (hash & 1 ? 1 : -1) * Math.sqrt(weight)
    }
  }
  return normalise(vector)
}

function featuresOf(text: string): Map<string, number> {
  const weights = new Map<string, number>()
  const add = (feature: string, weight: number) => weights.set(feature, (weights.get(feature) ?? 0) + weight)
  const lines = text.toLowerCase().split('\n')
  for (const [i, line] of lines.entries()) {
    const weight = lines.length === 1 ? 1 : (LINES[i] ?? 1)
    for (const word of line.match(/[a-z]+|\d+(?:[./-]\d+)*/g) ?? []) {
      if (STOP_WORDS.has(word)) continue
      const root = stem(word)
      add(`w:${root}`, weight * (/^\d/.test(word) || word.length < 3 ? NUMBER : WORD))
      for (const concept of conceptsOf(root)) add(`c:${concept}`, weight * CONCEPT)
      if (root.length > 3) for (const gram of gramsOf(root)) add(`g:${gram}`, weight * GRAM)
    }
  }
  return weights
}

function gramsOf(word: string): string[] {
  const padded = `<${word}>`
  return Array.from({ length: padded.length - 2 }, (_, i) => padded.slice(i, i + 3))
}

/** FNV-1a with a final mix, so that neighbouring words do not land beside each other. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** A text without words still gets a unit vector: a zero vector has no direction, and a cosine with it is not a number. */
function normalise(vector: Float64Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0))
  if (length === 0) {
    vector[0] = 1
    return Float32Array.from(vector)
  }
  return Float32Array.from(vector, (x) => x / length)
}
