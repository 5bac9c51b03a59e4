import { type CatalogueCategory, productType } from './shape.ts'

export const powerTools: CatalogueCategory = {
  name: 'Power Tools',
  code: 'PT',
  season: [0.8, 0.8, 0.9, 1.1, 1.4, 1.8, 2.1, 1.8, 1.3, 1.0, 1.0, 1.3],
  share: 11,
  types: [
    productType(
      'Drills & Drivers',
      'DR',
      30,
      `
Cordless Drill Driver 18V Kit | 129.00 | Battery drill for holes in wood and metal and for driving screws. Two speeds, two batteries and a charger in a bag.
Compact Impact Driver 18V | 109.00 | Hammers long lag screws and deck fasteners home with high torque and little wrist twist.
Hammer Drill Corded 8 Amp | 89.00 | Pounds while it spins to bore into brick, block and concrete walls.
Right Angle Drill 12V | 99.00 | Low-profile head drills between joists and inside cabinets where a straight tool will not fit.
Drill Press Bench Top 10 in | 219.00 | Stationary machine for exact, repeatable, perfectly upright holes in steel, hardwood and plastic.
`,
    ),
    productType(
      'Power Saws',
      'SW',
      28,
      `
Circular Saw 7-1/4 in 15 Amp | 99.00 | Rips plywood and cuts framing timber. The base tilts to 56 degrees for bevels.
Sliding Miter Saw 10 in | 299.00 | Chops moldings, baseboards and decking at exact angles; the rails handle boards a foot wide.
Jigsaw Variable Speed | 79.00 | Follows curves and cuts sink openings in counters, in wood, laminate or thin metal.
Reciprocating Saw 18V | 119.00 | Demolition cutter for nails, pipes, branches and window frames. Tool-free blade change.
Portable Table Saw 10 in with Stand | 449.00 | Rips sheets and boards to width against a fence. Folds up on wheels for the job site.
`,
    ),
    productType(
      'Sanders & Polishers',
      'SA',
      33,
      `
Random Orbital Sander 5 in | 69.00 | Leaves a swirl-free surface on tables and doors before finishing. Dust is caught in a canister.
Belt Sander 3 x 21 in | 119.00 | Removes old varnish quickly and levels rough floors and planks.
Detail Sander Corner | 49.00 | Triangular pad reaches into window corners, stair spindles and chair legs.
Drywall Sander Long Reach | 189.00 | Telescopic pole smooths ceiling joints from the floor and connects to a vacuum hose.
Car Polisher Dual Action 6 in | 109.00 | Buffs wax into automotive clear coat, boats and countertops without burning.
`,
    ),
    productType(
      'Grinders',
      'GR',
      34,
      `
Angle Grinder 4-1/2 in | 59.00 | Cuts rebar and tile, grinds welds flat and strips rust with a wire wheel.
Cordless Angle Grinder 18V | 119.00 | Battery cut-off and grinding tool for fence posts and pipes far from an outlet.
Bench Grinder 6 in | 79.00 | Two wheels sharpen chisels, drill bits and mower blades and clean up metal.
Die Grinder Pneumatic | 44.00 | Air-powered tool for deburring castings and reaching inside small openings. | discontinued 2024-06-30
Cut-Off and Grinding Wheel Pack 10 | 19.99 | Thin abrasive discs for slicing steel and thicker ones for smoothing it, 4-1/2 inch.
`,
    ),
    productType(
      'Routers & Joiners',
      'RO',
      31,
      `
Compact Trim Router 1-1/4 HP | 109.00 | Rounds over edges, cuts small grooves and trims laminate flush with one hand.
Plunge Router 2-1/4 HP | 199.00 | Lowers a spinning bit into the wood for mortises, dados and decorative profiles.
Router Bit Set 15 Piece | 49.99 | Carbide profiles for rounding, coving, chamfering and dovetailing, 1/4 inch shank.
Biscuit Joiner | 139.00 | Cuts slots for oval wooden biscuits so that tabletops and face frames line up when glued.
Pocket Hole Jig Kit | 89.00 | Guides angled holes so that boards are joined with hidden screws, for cabinets and benches.
`,
    ),
    productType(
      'Nailers & Compressors',
      'NA',
      29,
      `
Brad Nailer 18 Gauge Cordless | 179.00 | Fires fine finishing nails into trim and paneling without a hose or gas.
Framing Nailer 21 Degree | 189.00 | Air-powered gun that drives full-size nails into studs, rafters and sheathing.
Pancake Air Compressor 6 gal | 149.00 | Oil-free tank that feeds nail guns, inflates tires and blows off dust.
Flooring Nailer Kit | 229.00 | Shoots cleats and staples through the tongue of hardwood planks at the right angle.
Electric Staple Gun | 44.99 | Plugs in and fastens insulation, upholstery, screens and cable with staples or short brads.
`,
    ),
    productType(
      'Rotary & Multi Tools',
      'RM',
      36,
      `
Oscillating Multi Tool 3 Amp | 79.00 | Vibrating blade for flush cuts, removing grout, trimming door jambs and scraping.
Rotary Tool Kit 40 Accessories | 69.00 | Pen-like high-speed tool for carving, engraving, polishing and cutting small parts.
Heat Gun 1500 W | 39.99 | Blows very hot air to soften old paint and adhesive, shrink tubing and thaw pipes.
Glue Gun Full Size | 24.99 | Melts sticks of adhesive for crafts, trim repairs and quick bonding of wood or plastic.
Soldering Station 60 W | 54.99 | Adjustable iron for joining wires and repairing circuit boards, with stand and sponge.
`,
    ),
    productType(
      'Batteries & Chargers',
      'BT',
      35,
      `
Lithium Battery 18V 2 Ah | 49.00 | Light spare power pack for cordless tools of the 18 volt line.
Lithium Battery 18V 5 Ah | 99.00 | High-capacity power pack that runs saws and blowers more than twice as long.
Rapid Charger 18V | 59.00 | Refills a flat cordless tool pack in under an hour and shows its state by light.
Dual Port Charging Station | 89.00 | Charges two tool packs side by side and a phone by USB; hangs on the wall.
Battery Adapter Power Inverter 150 W | 74.00 | Turns a tool pack into a household outlet for lights, radios and laptops on site.
`,
    ),
    productType(
      'Vacuums & Dust Control',
      'VC',
      32,
      `
Wet Dry Vacuum 6 gal | 89.00 | Sucks up sawdust, puddles and car dirt. Hose, wand and crevice nozzle included.
Wet Dry Vacuum 14 gal Rolling | 159.00 | Large job-site cleaner with a drain for flooded basements and a blower port.
Dust Extractor HEPA | 399.00 | Catches fine silica and wood dust straight from the sander or saw, with automatic filter cleaning.
Cyclone Dust Separator | 64.99 | Spins debris into a bucket before it reaches the vacuum so that filters last longer.
Air Scrubber Ceiling Hung | 229.00 | Filters floating particles out of the workshop air with a remote and a timer.
`,
    ),
  ],
}
