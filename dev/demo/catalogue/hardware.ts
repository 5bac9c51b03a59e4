import { type CatalogueCategory, productType } from './shape.ts'

export const hardware: CatalogueCategory = {
  name: 'Hardware',
  code: 'HW',
  season: [1.0, 1.0, 1.0, 1.1, 1.2, 1.3, 1.3, 1.4, 1.6, 1.8, 1.5, 1.1],
  share: 15,
  types: [
    productType(
      'Nails',
      'NA',
      48,
      `
Common Nails 16d 5 lb | 18.99 | Bright steel fasteners, 3-1/2 inches long, for nailing studs and other rough framing.
Finish Nails 6d 1 lb | 6.49 | Slim heads sink below the surface of trim and casing and are hidden with putty.
Roofing Nails Galvanized 1-1/4 in 5 lb | 16.99 | Wide flat heads hold shingles and felt; zinc coated against rust.
Masonry Nails Fluted 2 in | 8.99 | Hardened shanks fix wood strips and brackets to block and concrete.
Joist Hanger Nails 1-1/2 in 1 lb | 7.49 | Short thick fasteners for metal connectors on decks and rafters.
`,
    ),
    productType(
      'Screws',
      'SC',
      47,
      `
Deck Screws Coated 3 in 5 lb | 34.99 | Green coated star-drive fasteners for treated boards outdoors. No pre-drilling needed.
Drywall Screws Coarse 1-5/8 in 1 lb | 8.99 | Black bugle-head fasteners for putting wallboard on wooden studs.
Wood Screws Brass Assorted 200 Piece | 14.99 | Decorative flat heads in six sizes for hinges, boxes and boat fittings.
Sheet Metal Screws 8 x 3/4 in 100 Pack | 7.99 | Self-tapping points for ducts, gutters and thin steel.
Structural Lag Screws 6 in 50 Pack | 39.99 | Replaces through bolts when fastening ledgers, beams and posts.
`,
    ),
    productType(
      'Bolts, Nuts & Washers',
      'BN',
      46,
      `
Hex Bolt Assortment 240 Piece | 32.99 | Zinc plated bolts with matching nuts and washers in a divided case for repairs.
Carriage Bolts 3/8 x 6 in 25 Pack | 21.99 | Smooth domed heads for fences, swings and timber frames.
Lock Nuts Nylon Insert 100 Pack | 11.99 | Do not shake loose on machines, mowers and trailers.
Fender Washers 1/4 in 100 Pack | 8.49 | Extra wide rings spread the load on soft or thin material.
Threaded Rod 3/8 in x 3 ft | 6.99 | Continuous thread for hanging pipes and tightening odd lengths.
`,
    ),
    productType(
      'Anchors',
      'AN',
      49,
      `
Drywall Anchor Kit 100 Piece | 12.99 | Plastic plugs with screws to hang shelves and curtain rods on hollow walls.
Toggle Bolts 1/4 in 10 Pack | 9.99 | Spring wings open behind the wall to carry televisions and heavy mirrors.
Concrete Wedge Anchors 1/2 in 20 Pack | 27.99 | Expanding steel studs that bolt posts and machinery to slabs.
Sleeve Anchors 3/8 in 15 Pack | 15.99 | Medium-duty fixing into brick, block or stone.
Picture Hanging Kit 220 Piece | 13.99 | Hooks, wire and sawtooth hangers for frames of every weight.
`,
    ),
    productType(
      'Hinges',
      'HI',
      45,
      `
Door Hinge 3-1/2 in Satin Nickel 3 Pack | 14.99 | Rounded corners, removable pin; swings interior doors quietly.
Soft Close Cabinet Hinge 10 Pack | 34.99 | Concealed cup hardware that slows kitchen doors so that they never slam.
Gate Strap Hinge 8 in Black Pair | 22.99 | Carries heavy wooden gates and shed doors and resists weather.
Piano Hinge 30 in Brass | 18.99 | Continuous strip for lids, benches and fold-down desks.
Self Closing Spring Hinge Pair | 19.49 | Pulls screen and garage doors shut by themselves.
`,
    ),
    productType(
      'Cabinet Knobs & Pulls',
      'CB',
      50,
      `
Bar Pull 5 in Brushed Nickel 10 Pack | 32.99 | Slim modern handles for kitchen drawers and cupboards.
Round Knob Matte Black 10 Pack | 24.99 | Simple 1-1/4 inch grips that renew a dresser or vanity.
Cup Pull Antique Bronze 6 Pack | 26.99 | Half-moon drawer handles in farmhouse style.
Ceramic Knob Painted 4 Pack | 17.99 | Colorful glazed grips for nursery furniture and old chests. | discontinued 2023-08-31
Drawer Slide Ball Bearing 18 in Pair | 21.99 | Full extension runners carry 100 pounds and glide smoothly.
`,
    ),
    productType(
      'Locks & Latches',
      'LK',
      38,
      `
Keyed Entry Door Knob | 29.99 | Front door lockset with two keys in satin nickel.
Single Cylinder Deadbolt | 39.99 | Solid security bolt with a reinforced strike plate against break-ins.
Keypad Smart Lock | 129.00 | Opens with a code or phone; no key to lose. Gives guests their own numbers.
Weatherproof Padlock 2 in | 16.99 | Covered shackle for sheds, gates and lockers outdoors.
Gate Latch Self Locking | 18.99 | Gravity catch snaps shut behind children and dogs; black powder coat.
`,
    ),
    productType(
      'Rope, Chain & Cord',
      'RP',
      44,
      `
Braided Nylon Rope 3/8 in x 50 ft | 17.99 | Strong stretchy line for towing, boats and tying loads.
Proof Coil Chain 1/4 in x 10 ft | 26.99 | Zinc plated steel links for lifting gates and securing bikes.
Ratchet Tie Down Straps 4 Pack | 28.99 | Belts that hold ladders, motorcycles and furniture on a truck or trailer.
Bungee Cord Assortment 20 Piece | 15.99 | Elastic straps with hooks for tarps and camping gear.
Paracord 550 100 ft | 9.99 | Thin seven-strand cord for tents, lanyards and repairs.
`,
    ),
    productType(
      'Brackets & Braces',
      'BR',
      46,
      `
Shelf Bracket 10 in Black Pair | 12.99 | Steel supports that carry heavy boards on the wall.
Corner Brace 3 in 20 Pack | 13.49 | L-shaped plates stiffen chairs, boxes and frames.
Joist Hanger 2 x 8 Galvanized | 2.99 | Metal seat that carries a floor joist on its beam.
Post Base 4 x 4 Adjustable | 19.99 | Stands a wooden post off the concrete so that it does not rot.
Mending Plate 4 in 10 Pack | 8.99 | Flat straps join cracked or butted boards.
`,
    ),
    productType(
      'Casters & Furniture Feet',
      'CF',
      45,
      `
Swivel Caster 3 in with Brake 4 Pack | 34.99 | Rubber wheels that make a workbench or cart roll and stay put.
Chair Caster Soft Roller 5 Pack | 29.99 | Office seat wheels that do not scratch hardwood floors.
Felt Furniture Pads 120 Piece | 9.99 | Self-stick discs under legs protect floors and keep chairs quiet.
Leveling Feet 5/16 in 8 Pack | 12.49 | Screw in or out to stop a table or appliance from wobbling.
Furniture Sliders 16 Pack | 11.99 | Smooth cups for moving sofas and wardrobes across carpet.
`,
    ),
  ],
}
