import { type CatalogueCategory, productType } from './shape.ts'

export const handTools: CatalogueCategory = {
  name: 'Hand Tools',
  code: 'HT',
  season: [0.9, 1.0, 1.2, 1.4, 1.6, 1.5, 1.3, 1.1, 1.0, 0.9, 0.9, 1.1],
  share: 12,
  types: [
    productType(
      'Hammers & Mallets',
      'HM',
      42,
      `
Framing Hammer 22 oz Milled Face | 34.99 | Drives long nails into studs and joists. The waffle pattern on the head stops it glancing off, and the straight claw splits boards apart.
Curved Claw Hammer 16 oz | 18.49 | Everyday striking tool for hanging pictures and pulling bent nails. Fiberglass handle with a cushioned grip.
Dead Blow Mallet 32 oz | 26.99 | Shot-filled head that strikes without bouncing back. Knocks stuck parts and wood joints together without marking them.
Rubber Mallet 16 oz | 12.99 | Soft black head for tapping pavers, tent pegs and laminate planks into place without damage.
Drilling Sledge Hammer 3 lb | 24.49 | Short, heavy striker for breaking stone and driving cold chisels, stakes and masonry nails.
`,
    ),
    productType(
      'Screwdrivers',
      'SD',
      45,
      `
Screwdriver Set 10 Piece | 29.99 | Slotted and cross-head drivers from eyeglass size to door hinge size, with magnetic tips and a wall rack.
Precision Screwdriver Kit 32 Bit | 19.99 | Tiny bits for laptops, phones, glasses and battery covers. Comes with tweezers and a pry tool in a flat case.
Ratcheting Multi-Bit Screwdriver | 24.99 | Turns screws without letting go of the handle. Twelve bits are stored inside the grip.
Insulated Screwdriver Set 6 Piece | 39.49 | Rated to 1,000 volts for safe work on switches, sockets and breaker panels by electricians.
Stubby Screwdriver Pair | 9.99 | Very short shafts for tight places under sinks and behind appliances where a full-length tool does not fit.
`,
    ),
    productType(
      'Pliers',
      'PL',
      44,
      `
Needle Nose Pliers 8 in | 16.99 | Long slim jaws that bend wire loops, reach into crowded boxes and hold small parts.
Tongue and Groove Pliers 10 in | 21.49 | Adjustable jaws grip pipes, drain nuts and round fittings. The usual helper under a leaking sink.
Diagonal Cutting Pliers 7 in | 18.99 | Snips copper wire, cable ties and small nails flush. High-leverage handles save the hand.
Locking Pliers Set 3 Piece | 36.99 | Clamps onto rounded bolts and sheet metal and stays shut by itself until released.
Slip Joint Pliers 6 in | 10.49 | Two jaw widths in a pocket-size tool for gripping, turning and bending around the house.
`,
    ),
    productType(
      'Wrenches',
      'WR',
      40,
      `
Combination Wrench Set SAE 11 Piece | 49.99 | Open end and box end spanners from 1/4 to 7/8 inch for bolts on mowers, bikes and furniture.
Combination Wrench Set Metric 12 Piece | 54.99 | Spanners from 8 to 19 millimeters in a roll-up pouch, polished chrome steel that wipes clean.
Adjustable Wrench 10 in | 22.99 | One tool for many nut sizes. The thumb wheel widens the jaw to 1-1/4 inch.
Socket Set 3/8 in Drive 40 Piece | 69.99 | Ratchet, extensions and deep sockets for car repair and assembling machinery.
Hex Key Set Folding 17 Piece | 15.99 | Six-sided keys in inch and metric sizes for flat-pack furniture, set screws and bicycles.
`,
    ),
    productType(
      'Hand Saws',
      'SW',
      38,
      `
Crosscut Hand Saw 20 in | 22.99 | Cuts boards and studs to length across the grain. Hardened teeth stay sharp for years.
Hacksaw 12 in with Blades | 19.49 | Cuts metal pipe, bolts and threaded rod. High blade tension keeps the line straight.
Japanese Pull Saw 10 in | 27.99 | Thin blade that cuts on the pull stroke for fine joinery, dovetails and flush trimming of dowels.
Drywall Jab Saw 6 in | 9.99 | Pointed blade that pierces wallboard to make openings for outlets and vents.
Coping Saw with 5 Blades | 13.99 | Narrow turning blade for curves, scrollwork and fitting baseboard corners.
`,
    ),
    productType(
      'Chisels & Planes',
      'CH',
      41,
      `
Wood Chisel Set 4 Piece | 38.99 | Bevel-edged blades from 1/4 to 1 inch for hinge recesses, mortises and paring joints.
Block Plane Low Angle | 44.99 | Palm-size smoother that shaves end grain, eases sharp edges and fits sticking doors.
Bench Plane No. 5 | 79.99 | Long iron body that flattens rough boards and straightens edges before gluing.
Cold Chisel Set 3 Piece | 19.99 | Tempered steel points for chipping brick, mortar and concrete or shearing rusted bolts.
Sharpening Stone Two Grit | 23.49 | Coarse and fine sides restore a keen edge on knives, plane irons and garden blades.
`,
    ),
    productType(
      'Measuring & Layout',
      'ME',
      46,
      `
Tape Measure 25 ft Magnetic | 21.99 | Wide steel ruler that stands out eleven feet unsupported. The hook sticks to metal studs.
Torpedo Level 9 in | 14.99 | Small spirit level with a magnetic edge for hanging shelves, pipes and frames straight.
Box Beam Level 48 in | 42.99 | Four-foot straightedge that shows whether posts, door frames and counters are plumb and true.
Combination Square 12 in | 19.99 | Marks right angles and 45 degree miters, checks depth and scribes parallel lines on wood.
Cross Line Laser Level | 89.99 | Projects bright horizontal and vertical lines on the wall for tile, cabinets and picture rows.
`,
    ),
    productType(
      'Clamps & Vises',
      'CL',
      39,
      `
Bar Clamp 24 in Quick Release | 27.99 | One-handed squeeze grip holds glued panels and workpieces together while they dry.
C-Clamp Set 4 Piece | 32.99 | Cast iron screw clamps from 2 to 6 inches for metalwork and heavy pressure.
Spring Clamp 12 Pack | 16.99 | Giant pinchers with soft tips that hold tarps, cables and thin edge strips in seconds.
Bench Vise 5 in Swivel | 84.99 | Bolts to the worktop and grips metal or timber firmly for sawing, filing and bending.
Corner Clamp 90 Degree | 18.49 | Keeps two boards at a perfect right angle while building picture frames, drawers and boxes.
`,
    ),
    productType(
      'Knives & Cutters',
      'KN',
      47,
      `
Retractable Utility Knife | 11.99 | Slices cartons, carpet, shingles and wallboard. Five spare blades are kept in the handle.
Snap-Off Blade Knife 2 Pack | 8.49 | Break off the dull tip for a fresh edge. Good for wallpaper, foam and craft work.
Aviation Snips Straight Cut | 19.99 | Compound scissors for sheet metal, gutters, vent ducts and vinyl siding.
Bolt Cutter 24 in | 46.99 | Long handles shear padlocks, chain, fence wire and reinforcing bar.
PVC Pipe Cutter 1-5/8 in | 21.99 | Ratcheting shears that leave a clean square end on plastic water and sprinkler lines.
`,
    ),
    productType(
      'Pry Bars & Scrapers',
      'PB',
      43,
      `
Flat Pry Bar 15 in | 16.49 | Thin lever that lifts trim, shingles and floorboards and pulls their nails.
Wrecking Bar 30 in | 24.99 | Heavy crowbar for demolition: opens crates, lifts decking and tears out framing.
Nail Puller Cat's Paw | 17.99 | Digs sunken nail heads out of timber so that it can be reused.
Floor and Wall Scraper 4 in | 19.99 | Stiff razor blade on a long neck that removes old glue, wallpaper and loose coatings.
Staple and Tack Lifter | 7.99 | Forked tip eases upholstery staples and carpet tacks out without tearing the fabric. | discontinued 2025-02-28
`,
    ),
  ],
}
