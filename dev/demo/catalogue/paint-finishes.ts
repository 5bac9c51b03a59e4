import { type CatalogueCategory, productType } from './shape.ts'

export const paintFinishes: CatalogueCategory = {
  name: 'Paint & Finishes',
  code: 'PF',
  season: [1.0, 1.2, 1.7, 2.2, 2.0, 1.7, 1.5, 1.3, 1.2, 1.1, 1.0, 1.0],
  share: 13,
  types: [
    productType(
      'Interior Paint',
      'IP',
      36,
      `
Interior Eggshell Wall Paint White 1 gal | 36.99 | Washable low-sheen color for living rooms and bedrooms. Covers 400 square feet with little smell.
Interior Semi-Gloss Trim Paint 1 qt | 19.99 | Hard shiny enamel for doors, baseboards and window frames.
Ceiling Paint Flat White 1 gal | 29.99 | Goes on pink and dries white so that no spot overhead is missed.
Kitchen and Bath Satin Paint 1 gal | 42.99 | Resists steam, mildew and grease in damp rooms.
Chalkboard Paint Black 1 qt | 21.99 | Turns a wall or table into a surface to write on with chalk. | discontinued 2024-12-31
`,
    ),
    productType(
      'Exterior Paint',
      'EP',
      35,
      `
Exterior Satin House Paint 1 gal | 46.99 | Weather-resistant acrylic for wood siding and stucco; does not fade.
Exterior Semi-Gloss Door Paint 1 qt | 24.99 | Bright tough enamel for front doors and shutters.
Porch and Floor Enamel Gray 1 gal | 41.99 | Withstands shoes and furniture on steps, porches and basement slabs.
Masonry and Stucco Paint 5 gal | 169.00 | Thick coating that bridges hairline cracks in brick and block walls.
Metal Roof and Fence Paint Black 1 gal | 49.99 | Rust-stopping finish for railings, gates and tin sheds.
`,
    ),
    productType(
      'Primers',
      'PR',
      37,
      `
All Purpose Primer 1 gal | 27.99 | First coat for bare drywall and wood so that the color sticks evenly.
Stain Blocking Primer 1 qt | 18.99 | Hides water marks, smoke and crayon before repainting.
Metal Primer Rust Inhibiting 1 qt | 19.99 | Undercoat for iron railings and tools against corrosion.
Bonding Primer 1 gal | 39.99 | Grips tile, laminate and glossy cabinets without sanding.
Drywall Sealer 5 gal | 79.99 | Economical undercoat for new rooms applied by roller or sprayer.
`,
    ),
    productType(
      'Spray Paint',
      'SP',
      46,
      `
Spray Paint Gloss Black 12 oz | 7.99 | Aerosol enamel for bicycles, chairs and metal in minutes.
Spray Paint Metallic Gold 11 oz | 8.99 | Shimmering aerosol for frames, crafts and decorations.
High Heat Spray Paint 12 oz | 9.99 | Withstands 1,200 degrees on barbecues, stoves and exhausts.
Clear Lacquer Spray 12 oz | 8.49 | Transparent protective topcoat from an aerosol can.
Marking Spray Fluorescent Orange | 6.99 | Upside-down aerosol for drawing lines on ground and asphalt.
`,
    ),
    productType(
      'Stains & Sealers',
      'SS',
      38,
      `
Deck Stain Semi-Transparent 1 gal | 42.99 | Brings out grain and shields outdoor boards from rain and sun.
Interior Wood Stain Walnut 1 qt | 14.99 | Rich brown tone for furniture and floors.
Polyurethane Clear Satin 1 qt | 22.99 | Durable varnish against scratches and drinks on tabletops.
Concrete Sealer 5 gal | 89.99 | Keeps oil and water out of driveways and garage floors.
Danish Oil Natural 1 pt | 17.99 | Wipe-on finish that soaks into hardwood for a soft glow.
`,
    ),
    productType(
      'Brushes',
      'BR',
      48,
      `
Angled Sash Brush 2 in | 11.99 | Cuts a sharp edge along ceilings and window frames.
Flat Wall Brush 4 in | 16.99 | Lays broad strokes on siding, fences and masonry.
Brush Set 5 Piece | 21.99 | Assorted bristle widths for water- and oil-based coatings.
Foam Brush 10 Pack | 7.99 | Throw-away sponges for varnish, glue and touch-ups.
Artist Detail Brush Set 12 Piece | 13.99 | Fine tips for furniture scrolls, models and lettering.
`,
    ),
    productType(
      'Rollers & Trays',
      'RT',
      45,
      `
Roller Kit 9 in 6 Piece | 24.99 | Frame, covers and a plastic liner for rolling walls quickly.
Roller Cover 3/8 in Nap 6 Pack | 16.99 | Lint-free sleeves for smooth and lightly textured walls.
Mini Roller 4 in Set | 12.99 | Small foam sleeves for cabinets and behind radiators.
Metal Roller Tray 11 in | 8.99 | Sloped pan that holds a quart while you roll; ladder hooks.
Extension Pole 4 to 8 ft | 26.99 | Telescopic stick for ceilings and high walls without a ladder.
`,
    ),
    productType(
      'Paint Cans & Pails',
      'PC',
      44,
      `
Empty Metal Can with Lid 1 gal | 7.99 | Lined steel container for storing leftover paint, stain or varnish airtight.
Plastic Pail 5 gal with Lid | 6.99 | Big bucket for mixing, carrying and keeping coatings, mortar or water.
Handheld Cut-In Cup | 9.99 | Small paint container with a strap and a magnet that keeps the brush at hand.
Leftover Paint Storage Cups 3 Pack | 12.99 | Airtight screw-top jars with a mixing ball that keep touch-up color fresh for years.
Bucket Grid and Pour Spout Kit | 8.49 | Screen to squeeze out the roller and a clip-on lip so that cans do not drip.
`,
    ),
    productType(
      'Masking & Drop Cloths',
      'MD',
      43,
      `
Masking Tape Blue 1.88 in 3 Pack | 17.99 | Peels off cleanly after 14 days and leaves crisp edges.
Canvas Drop Cloth 9 x 12 ft | 29.99 | Heavy reusable cover that protects floors and furniture from spills.
Plastic Sheeting 10 x 25 ft | 12.99 | Thin clear cover for masking rooms against dust and overspray.
Pre-Taped Masking Film 9 ft | 14.99 | Unfolds to shield windows and cupboards while spraying.
Floor Protection Paper Roll 35 in x 140 ft | 49.99 | Tough board that saves finished floors from boots and drips.
`,
    ),
    productType(
      'Thinners, Strippers & Fillers',
      'TS',
      41,
      `
Mineral Spirits 1 qt | 11.99 | Thins oil-based enamel and cleans brushes and sticky hands.
Paint Stripper Gel 1 qt | 22.99 | Lifts many layers of old finish from wood and metal without harsh fumes.
Wood Filler 16 oz | 9.99 | Fills holes, gouges and cracks; can be sanded and stained.
Spackling Paste 1 qt | 8.99 | Light patching compound for nail holes and dents in walls.
Sandpaper Assortment 60 Sheets | 14.99 | Abrasive sheets from coarse to fine to smooth surfaces between coats.
`,
    ),
  ],
}
