/** Plurals that no rule makes. */
const irregular: Readonly<Record<string, string>> = {
  mice: 'mouse',
  knives: 'knife',
  shelves: 'shelf',
  leaves: 'leaf',
  feet: 'foot',
}

/** Cuts the endings that matter in product texts (plural, -ing, -ed, -er left alone): light, because a wrong stem joins strangers. */
export function stem(word: string): string {
  const known = irregular[word] ?? word
  if (known.length < 4 || /\d/.test(known)) return known
  const single = known
    .replace(/(ss|sh|ch|x|z)es$/, '$1')
    .replace(/ies$/, 'y')
    .replace(/([^su])s$/, '$1')
  if (single.length > 5) {
    const cut = single.replace(/(?:ing|ed)$/, '')
    if (cut !== single && cut.length > 2 && /[aeiouy]/.test(cut)) {
      return cut.replace(/([bdgmnprt])\1$/, '$1').replace(/e$/, '')
    }
  }
  return single.length > 4 ? single.replace(/e$/, '') : single
}
