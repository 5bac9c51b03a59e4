import { type CatalogueCategory, productType } from './shape.ts'

export const storageOrganization: CatalogueCategory = {
  name: 'Storage & Organization',
  code: 'SO',
  season: [1.5, 1.1, 0.9, 0.8, 0.8, 0.8, 0.8, 1.0, 1.1, 1.1, 1.4, 1.8],
  share: 10,
  types: [
    productType(
      'Shelving Units',
      'SH',
      34,
      `
Steel Shelving Unit 5 Tier | 119.00 | Heavy-duty rack carries 800 pounds a level for garages and stockrooms.
Wire Shelving Chrome 4 Tier | 79.99 | Airy adjustable rack for pantries and laundry rooms.
Resin Shelving 4 Tier | 49.99 | Rust-proof plastic rack for damp basements and greenhouses.
Floating Wall Shelf 24 in Walnut 2 Pack | 36.99 | Hidden supports show off books and pictures.
Ladder Bookcase 5 Tier | 89.99 | Leaning open display for an office or living room.
`,
    ),
    productType(
      'Storage Bins',
      'SB',
      41,
      `
Clear Storage Tote 66 qt 6 Pack | 64.99 | See-through stackable boxes with latching lids for clothes and toys.
Heavy Duty Tote 27 gal | 16.99 | Rugged black container with a yellow lid for the attic, truck or camping gear.
Under Bed Storage Box with Wheels | 24.99 | Flat rolling drawer for shoes, blankets and winter sweaters.
Woven Storage Basket 3 Set | 32.99 | Natural fiber baskets for shelves, magazines and towels.
Holiday Ornament Chest | 29.99 | Divided box keeps fragile Christmas baubles safe.
`,
    ),
    productType(
      'Tool Boxes & Bags',
      'TB',
      37,
      `
Plastic Tool Box 19 in | 24.99 | Carry case with a lift-out tray for pliers, hammers and drivers.
Rolling Tool Chest 5 Drawer | 249.00 | Steel cabinet on wheels with ball-bearing drawers and a lock.
Canvas Tool Bag 16 in | 39.99 | Wide-mouth carrier with 25 pockets and a shoulder strap.
Leather Tool Belt | 59.99 | Hip pouches keep nails, tape and hammer at hand while you climb.
Stackable Modular Tool Case | 54.99 | Weather-sealed box that clicks onto others to form a tower.
`,
    ),
    productType(
      'Pegboard & Wall Organizers',
      'PW',
      43,
      `
Pegboard Panel Kit 4 x 2 ft | 44.99 | Perforated metal wall that shows every tool at a glance.
Pegboard Hook Assortment 80 Piece | 19.99 | Hooks, holders and small bins that fit quarter-inch holes.
Slatwall Starter Set 8 ft | 99.99 | Grooved panels with baskets and hooks for sports gear and yard tools.
Magnetic Tool Strip 18 in | 17.99 | Bar that holds knives, wrenches and bits by magnetism.
Mail and Key Wall Organizer | 22.99 | Entry rack with slots for letters and hooks for leashes.
`,
    ),
    productType(
      'Garage Racks & Hooks',
      'GR',
      39,
      `
Overhead Ceiling Rack 4 x 8 ft | 189.00 | Hangs from joists and uses the empty space above the car for boxes.
Bike Wall Hook 2 Pack | 18.99 | Padded hangers store bicycles upright off the floor.
Ladder Utility Hook 6 Pack | 14.99 | Big rubber-coated hooks for hoses, ladders and cords.
Track Rail System 48 in | 54.99 | Sliding hooks on a rail hold rakes, brooms and shovels.
Ball and Sports Rack | 69.99 | Floor stand sorts basketballs, bats, helmets and gloves.
`,
    ),
    productType(
      'Closet Systems',
      'CS',
      36,
      `
Closet Organizer Kit 5 to 8 ft | 129.00 | Rods, shelves and drawers double the hanging space for clothes.
Adjustable Closet Rod 48 to 72 in | 21.99 | Extendable steel bar for coats and dresses.
Shoe Rack 4 Tier | 34.99 | Stand for twenty pairs of sneakers and boots by the door.
Velvet Hanger 50 Pack | 27.99 | Slim non-slip hangers that keep shirts from falling.
Hanging Fabric Shelves 6 Compartment | 16.99 | Soft cubbies for sweaters and bags, hung from the bar.
`,
    ),
    productType(
      'Workbenches & Cabinets',
      'WB',
      30,
      `
Workbench Wood Top 60 in | 229.00 | Sturdy table with a drawer and outlets for building and repairs.
Folding Work Table | 79.99 | Portable sawhorse bench with built-in clamps.
Tall Garage Cabinet Steel | 279.00 | Lockable cupboard that keeps chemicals and machines out of reach.
Wall Cabinet 24 in White | 99.99 | Two-door cupboard for laundry soap and supplies.
Sawhorse Pair Folding | 54.99 | Legs that support boards and doors while cutting or painting.
`,
    ),
    productType(
      'Small Parts Organizers',
      'SP',
      44,
      `
Small Parts Drawer Cabinet 39 Drawer | 44.99 | See-through drawers sort screws, beads and fishing lures.
Compartment Case 18 Section | 14.99 | Flat box with movable dividers for drill bits and fasteners.
Stackable Hanging Bins 12 Pack | 29.99 | Open-front tubs for nuts and bolts on a wall rail.
Screw-Top Jar Set 16 Piece | 19.99 | Clear containers for nails, seeds and craft supplies.
Label Maker Handheld | 36.99 | Prints sticky names for boxes, shelves and cables.
`,
    ),
    productType(
      'Moving & Covers',
      'MC',
      38,
      `
Moving Boxes Medium 15 Pack | 34.99 | Cardboard cartons for packing books, dishes and linens when changing house.
Furniture Dolly 1,000 lb | 29.99 | Four-wheeled platform that rolls pianos, cabinets and refrigerators.
Vacuum Storage Bags 10 Pack | 24.99 | Squeeze the air out of quilts and coats to save space.
Heavy Duty Tarp 10 x 12 ft | 22.99 | Waterproof sheet with grommets covers firewood, boats and loads.
`,
    ),
  ],
}
