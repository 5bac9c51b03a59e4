import { type CatalogueCategory, productType } from './shape.ts'

export const lumberBuildingMaterials: CatalogueCategory = {
  name: 'Lumber & Building Materials',
  code: 'LB',
  season: [0.7, 0.8, 1.1, 1.5, 1.9, 2.2, 2.0, 1.7, 1.3, 1.0, 0.8, 0.7],
  share: 10,
  types: [
    productType(
      'Dimensional Lumber',
      'DL',
      22,
      `
Stud 2 x 4 x 8 ft | 4.29 | Kiln-dried fir for framing walls and building workbenches.
Treated Lumber 2 x 6 x 12 ft | 14.99 | Pressure-treated against rot for deck joists and outdoor steps.
Treated Post 4 x 4 x 8 ft | 15.99 | Ground-contact timber for fences, mailboxes and pergolas.
Cedar Board 1 x 6 x 8 ft | 17.99 | Fragrant, naturally weatherproof wood for siding and planter boxes.
Poplar Board 1 x 4 x 6 ft | 12.49 | Smooth hardwood for shelves and painted furniture.
`,
    ),
    productType(
      'Plywood & Sheet Goods',
      'PS',
      23,
      `
Sanded Plywood 3/4 in 4 x 8 ft | 62.99 | Cabinet-grade panel for cupboards, shelves and tabletops.
Oriented Strand Board 7/16 in 4 x 8 ft | 19.99 | Sheathing panel for roofs, walls and sheds.
Medium Density Fiberboard 1/2 in 2 x 4 ft | 14.99 | Flat grainless panel for crafts, speakers and painted doors.
Birch Plywood 1/4 in 2 x 4 ft | 19.49 | Thin light veneer panel for drawer bottoms and laser cutting.
Clear Acrylic Sheet 18 x 24 in | 22.99 | Shatterproof see-through panel that replaces glass in windows and frames.
`,
    ),
    productType(
      'Drywall',
      'DW',
      27,
      `
Drywall Panel 1/2 in 4 x 8 ft | 16.49 | Gypsum wallboard for interior walls and ceilings.
Moisture Resistant Drywall 1/2 in 4 x 8 ft | 21.99 | Mold-resistant green gypsum board for bathrooms and laundry.
Joint Compound 4.5 gal | 19.99 | Ready-mixed mud that hides seams and screw heads.
Joint Tape 250 ft | 5.99 | Paper ribbon that reinforces seams and inside corners of wallboard.
Metal Corner Bead 8 ft | 4.49 | Protects outside corners of plastered walls from knocks.
`,
    ),
    productType(
      'Insulation',
      'IN',
      29,
      `
Fiberglass Batt R-13 Roll | 22.99 | Pink blanket between studs keeps heat in and noise out.
Fiberglass Attic Batt R-30 | 64.99 | Thick layer for attics and floors that lowers energy bills.
Rigid Foam Board 2 in 4 x 8 ft | 44.99 | Stiff panel that keeps basement walls and slabs warm.
Spray Foam Gap Filler 16 oz | 6.99 | Expanding foam seals drafts around windows, doors and pipes.
Weatherstripping Door Kit | 14.99 | Foam and rubber strips that keep cold air and insects out.
`,
    ),
    productType(
      'Roofing & Gutters',
      'RG',
      26,
      `
Architectural Shingles Charcoal Bundle | 38.99 | Laminated asphalt covers 33 square feet of roof for thirty years.
Roofing Felt 15 lb Roll | 27.99 | Waterproof underlayment rolled out below shingles.
Roof Repair Cement 1 gal | 18.99 | Black tar that patches leaks around chimneys and vents.
Aluminum Gutter 10 ft White | 15.99 | Catches rain along the eaves and leads it away from the walls.
Gutter Guard Mesh 5 Pack | 24.99 | Screens that keep leaves and needles out of the rain channel.
`,
    ),
    productType(
      'Concrete & Masonry',
      'CM',
      28,
      `
Concrete Mix 60 lb | 6.49 | Just add water to set posts or pour slabs, steps and walkways.
Fast Setting Concrete 50 lb | 8.49 | Pour dry around a fence post, add water; hard in 30 minutes.
Mortar Mix 60 lb | 8.99 | Bonds brick, block and stone for walls and barbecues.
Concrete Block 8 x 8 x 16 in | 2.79 | Hollow gray unit for foundations and retaining walls.
Paver Red Clay 4 x 8 in | 1.29 | Brick for patios, borders and garden paths.
`,
    ),
    productType(
      'Decking & Fencing',
      'DF',
      25,
      `
Composite Deck Board 12 ft Gray | 42.99 | Recycled wood and plastic plank that never needs staining.
Cedar Fence Picket 6 ft | 4.99 | Dog-eared board for a privacy fence around the yard.
Fence Panel 6 x 8 ft Treated | 74.99 | Ready-built wooden screen between posts.
Deck Railing Kit 6 ft White | 109.00 | Vinyl rails and balusters that make a raised platform safe.
Welded Wire Fence 4 x 50 ft | 64.99 | Galvanized mesh that keeps dogs in and deer out.
`,
    ),
    productType(
      'Trim & Flooring',
      'TF',
      33,
      `
Baseboard Primed 5-1/4 in x 8 ft | 14.49 | Molding that covers the gap between wall and floor.
Crown Molding 3-5/8 in x 8 ft | 18.99 | Decorative profile where wall meets ceiling.
Vinyl Plank Flooring Oak 24 sq ft | 59.99 | Waterproof click-together boards that look like wood; for kitchens and basements.
Laminate Flooring Maple 20 sq ft | 36.99 | Scratch-resistant floating boards laid without glue.
Ceramic Floor Tile 12 in Box of 11 | 21.99 | Hard glazed squares for bathrooms, entries and kitchens.
`,
    ),
    productType(
      'Doors & Windows',
      'DO',
      31,
      `
Six Panel Interior Door 30 in | 74.99 | Hollow core slab, primed, for bedrooms and closets.
Steel Entry Door 36 in Prehung | 289.00 | Insulated front door with frame, hinges and weather seal.
Bifold Closet Door 36 in | 109.00 | Folding panels on a track where there is no room to swing.
Vinyl Window Double Hung 32 x 54 in | 199.00 | Energy-saving double glazing that tilts in for cleaning.
Sliding Screen Door 36 in | 89.99 | Lets the breeze in from the patio and keeps mosquitoes out.
`,
    ),
  ],
}
