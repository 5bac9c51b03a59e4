import { type CatalogueCategory, productType } from './shape.ts'

export const plumbing: CatalogueCategory = {
  name: 'Plumbing',
  code: 'PL',
  season: [1.2, 1.1, 1.0, 1.0, 1.0, 1.0, 1.1, 1.1, 1.3, 1.6, 1.4, 1.2],
  share: 10,
  types: [
    productType(
      'Pipe & Tubing',
      'PT',
      30,
      `
Copper Pipe Type L 1/2 in x 10 ft | 28.99 | Rigid tube for hot and cold supply lines joined by solder.
PEX Tubing 1/2 in Red 100 ft | 34.99 | Flexible plastic line for hot water; bends around corners and survives freezing.
PVC Pipe Schedule 40 2 in x 10 ft | 14.99 | White plastic tube for drains, vents and sprinkler mains.
Braided Faucet Supply Line 20 in | 9.99 | Stainless hose connects the tap to the shutoff under the basin.
Foam Pipe Insulation 1/2 in x 6 ft 4 Pack | 10.99 | Slit sleeves keep lines from freezing and save heat.
`,
    ),
    productType(
      'Pipe Fittings',
      'FT',
      45,
      `
Push-Fit Coupling 1/2 in | 9.49 | Joins copper or plastic in seconds, no solder or glue; fixes a burst line.
Copper Elbow 90 Degree 1/2 in 10 Pack | 11.99 | Turns a soldered supply line around a corner.
PVC Tee 2 in | 3.49 | Branches a drain or vent three ways with solvent cement.
Brass Compression Union 3/8 in | 6.99 | Threaded joint that tightens with a spanner for small lines.
PEX Crimp Ring and Fitting Kit 100 Piece | 39.99 | Rings, tees and elbows to plumb a bathroom with flexible tube.
`,
    ),
    productType(
      'Valves & Shutoffs',
      'VS',
      40,
      `
Quarter Turn Angle Stop 1/2 in | 11.99 | Shuts off water to a single sink or toilet.
Brass Ball Valve 3/4 in | 17.99 | Full-flow main shutoff with a lever handle.
Frost Free Outdoor Faucet 8 in | 36.99 | Garden spigot that drains itself so that it does not burst in winter.
Pressure Reducing Valve 3/4 in | 79.99 | Tames high street pressure to protect appliances and hoses.
Automatic Water Leak Shutoff Sensor | 139.00 | Closes the supply and alerts your phone when it feels a flood.
`,
    ),
    productType(
      'Faucets',
      'FC',
      38,
      `
Pull-Down Kitchen Faucet Stainless | 149.00 | Tall spout with a spray head that reaches every corner of the sink.
Single Handle Bathroom Faucet Chrome | 69.99 | Basin tap with a drain stopper; water-saving flow.
Touchless Kitchen Faucet | 219.00 | A wave of the hand starts the stream when fingers are dirty.
Utility Sink Faucet with Hose Thread | 44.99 | Wall tap for laundry rooms and mop buckets.
Faucet Cartridge and Washer Kit | 16.99 | Spare seals and springs that stop a tap from dripping.
`,
    ),
    productType(
      'Showers & Bath',
      'SB',
      39,
      `
Rain Showerhead 10 in | 54.99 | Wide soft spray from above in brushed nickel.
Handheld Shower with Hose | 39.99 | Six sprays on a flexible lead, handy for children and washing dogs.
Shower Valve Trim Kit | 89.99 | Keeps the temperature steady when somebody flushes.
Bathtub Drain Kit Lift and Turn | 27.99 | Stopper and overflow plate that hold water in the tub.
Grab Bar 24 in Stainless | 29.99 | Safety handle beside a tub or toilet for elderly people.
`,
    ),
    productType(
      'Toilets & Repair Parts',
      'TR',
      35,
      `
Elongated Toilet 1.28 gpf | 189.00 | Comfort-height bowl and tank with a strong, water-saving flush.
Toilet Fill Valve and Flapper Kit | 22.99 | Stops a running or hissing tank in half an hour.
Wax Ring with Bolts | 7.99 | Seals the bowl to the floor flange against leaks and smells.
Soft Close Toilet Seat | 34.99 | Lid sinks slowly and lifts off for cleaning.
Bidet Seat Attachment | 49.99 | Cleansing spray fitted under the existing seat; no electricity.
`,
    ),
    productType(
      'Drains & Unclogging',
      'DU',
      42,
      `
Drain Snake 25 ft Hand Crank | 34.99 | Spiral cable pulls hair and grease out of blocked sinks and tubs.
Toilet Plunger with Holder | 16.99 | Flanged rubber cup clears a stopped bowl.
Drain Cleaner Gel 64 oz | 11.99 | Pours through standing water and dissolves clogs overnight.
Sink Trap Kit 1-1/2 in | 12.49 | Curved drain under the basin that keeps sewer smell out.
Hair Catcher Shower Strainer 2 Pack | 8.99 | Silicone screen that keeps strands from going down the hole.
`,
    ),
    productType(
      'Pumps, Heaters & Filters',
      'PH',
      26,
      `
Submersible Sump Pump 1/3 HP | 139.00 | Keeps a basement dry by lifting groundwater out of the pit.
Electric Water Heater 40 gal | 479.00 | Insulated tank that supplies hot showers to a family of three.
Tankless Water Heater Electric 18 kW | 349.00 | Heats on demand and takes only a corner of the wall.
Under Sink Water Filter | 119.00 | Removes chlorine and lead for clean drinking from its own tap.
Transfer Pump 1/10 HP | 79.99 | Empties pools, rain barrels and flooded floors through a garden hose.
`,
    ),
    productType(
      'Sealants & Plumbing Tools',
      'ST',
      44,
      `
Thread Seal Tape 5 Pack | 4.99 | White film wrapped on screwed joints so that they do not drip.
Silicone Caulk Kitchen and Bath | 8.99 | Waterproof, mold-resistant bead around tubs, tiles and counters.
Plumber's Putty 14 oz | 5.99 | Soft compound that seals strainers and drain flanges.
Pipe Wrench 14 in | 29.99 | Toothed jaws turn iron pipe and stubborn joints.
Propane Torch Kit | 49.99 | Flame for soldering copper, with igniter, solder and flux.
`,
    ),
  ],
}
