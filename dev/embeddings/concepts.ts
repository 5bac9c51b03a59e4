import { stem } from './stem.ts'

/**
 * Groups of words that shoppers use for one another. A small, open list, so that the stand-in finds "containers for paint"
 * without pretending to be a language model; a real one is a setting away.
 */
const groups: Readonly<Record<string, string>> = {
  container: 'container can pail bucket bin box jar tote case tub drum holder basket cup crate storing chest canister',
  paint: 'paint painting repaint coating enamel color colour emulsion',
  varnish: 'varnish stain lacquer polyurethane finish oil',
  attach: 'fasten fastener attach mount secure screw nail bolt anchor',
  repair: 'repair fix mend patch broken',
  hang: 'hang hanging hanger hook bracket picture',
  glue: 'glue adhesive bond sticky caulk sealant',
  cut: 'cut cutter cutting saw slice snip shear scissors chop knife blade',
  prune: 'prune pruner lopper branch limb twig hedge trim trimmer',
  hole: 'drill bore hole pierce auger',
  smooth: 'sand sander sanding smooth abrasive polish sandpaper',
  light: 'light lamp lighting bulb illuminate glow bright brightness',
  water: 'watering irrigation sprinkler hose',
  leak: 'leak leaking leaky drip dripping burst',
  waterproof: 'waterproof watertight moisture damp weatherproof',
  clog: 'clog clogged block blocked unclog plunger snake drain stopped',
  plant: 'plant flower vegetable seed garden bloom herb houseplant rose shrub',
  lawn: 'lawn grass mow mower yard turf',
  soil: 'soil dirt compost mulch earth',
  cold: 'cold winter freeze freezing frost snow ice',
  insulate: 'insulation insulate draft drafty warm',
  security: 'security lock secure burglar break-in deadbolt padlock camera thief safe',
  fire: 'fire smoke flame burn barbecue grill bbq',
  electric: 'electric electrical wire wiring cable circuit outlet socket plug power cord voltage',
  measure: 'measure measuring ruler level straight',
  clean: 'clean cleaning vacuum wash dust sweep sucks',
  protect: 'protect protection cover shield guard tarp drop masking spill',
  tool: 'tool toolbox',
  floor: 'floor flooring tile laminate plank carpet',
  wall: 'wall drywall wallboard plaster gypsum',
  pest: 'pest insect ant roach bug mosquito',
  rodent: 'mouse rat rodent vermin',
  storage: 'storage store storing organize organizer organizing shelf shelving rack tidy neat declutter',
  bicycle: 'bicycle bike cycling',
  child: 'child kid toy nursery baby',
  outdoor: 'outdoor outside patio porch yard backyard balcony',
  bath: 'bath bathroom shower tub toilet basin vanity',
  kitchen: 'kitchen sink faucet tap',
  wood: 'wood wooden timber lumber board plywood plank cedar oak hardwood',
  fence: 'fence fencing gate picket post railing',
  roof: 'roof roofing shingle gutter eaves',
  clothes: 'clothes clothing coat shirt dress sweater shoe boot garment',
  battery: 'battery cordless charger charging lithium volt',
}

const byRoot = new Map<string, string[]>()
for (const [concept, words] of Object.entries(groups)) {
  for (const root of new Set(words.split(' ').map(stem))) byRoot.set(root, [...(byRoot.get(root) ?? []), concept])
}

/** The concepts that a stemmed word belongs to. */
export function conceptsOf(root: string): readonly string[] {
  return byRoot.get(root) ?? []
}
