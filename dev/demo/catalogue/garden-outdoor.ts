import { type CatalogueCategory, productType } from './shape.ts'

export const gardenOutdoor: CatalogueCategory = {
  name: 'Garden & Outdoor',
  code: 'GO',
  season: [0.6, 0.9, 1.7, 2.5, 2.3, 1.9, 1.5, 1.2, 0.9, 0.7, 0.5, 0.5],
  share: 14,
  types: [
    productType(
      'Mowers & Yard Machines',
      'MY',
      24,
      `
Cordless Lawn Mower 40V 20 in | 379.00 | Battery machine cuts grass on small and medium yards quietly, without gas.
Push Reel Mower 16 in | 119.00 | Human-powered blades that trim a small lawn with no fuel or noise.
String Trimmer 20V | 109.00 | Whips down weeds along fences, trees and paths.
Leaf Blower Cordless 40V | 149.00 | Clears driveways, patios and gutters of fallen foliage.
Snow Shovel Ergonomic 20 in | 34.99 | Bent handle saves the back when clearing walks in winter.
`,
    ),
    productType(
      'Watering & Irrigation',
      'WI',
      40,
      `
Garden Hose 5/8 in x 50 ft | 34.99 | Kink-resistant rubber line that brings water to beds and car washes.
Spray Nozzle 8 Pattern | 14.99 | From gentle mist for seedlings to a strong jet for rinsing.
Oscillating Sprinkler | 24.99 | Sweeps water over a lawn of 3,600 square feet.
Drip Irrigation Kit 75 Piece | 44.99 | Feeds vegetables and flower pots slowly at the root and saves water.
Hose Timer Digital | 39.99 | Waters plants by itself while you are on vacation.
`,
    ),
    productType(
      'Digging & Raking Tools',
      'DG',
      41,
      `
Round Point Shovel | 27.99 | Digs holes for trees and moves soil; fiberglass shaft.
Bow Rake 16 tine | 26.99 | Levels soil, gravel and mulch and breaks up clods.
Leaf Rake 24 in | 18.99 | Springy fan gathers fallen foliage and clippings.
Post Hole Digger | 46.99 | Twin blades bite deep narrow holes for fences and mailboxes.
Hand Trowel and Cultivator Set | 16.99 | Small tools for planting bulbs, seedlings and containers.
`,
    ),
    productType(
      'Pruners & Shears',
      'PR',
      43,
      `
Bypass Pruner 8 in | 22.99 | Sharp scissors for roses, stems and green twigs up to 3/4 inch.
Lopper 28 in | 36.99 | Long arms cut branches as thick as a broom handle.
Hedge Shears 23 in | 29.99 | Wavy blades shape boxwood and bushes by hand.
Telescopic Pole Pruner 14 ft | 69.99 | Cuts and saws high limbs of trees from the ground.
Cordless Hedge Trimmer 20V 22 in | 119.00 | Battery blade trims shrubs evenly along the fence.
`,
    ),
    productType(
      'Planters & Pots',
      'PP',
      46,
      `
Terracotta Pot 10 in | 12.99 | Breathable clay with a drain hole for herbs and patio flowers.
Raised Garden Bed Cedar 4 x 4 ft | 89.99 | Wooden frame for growing vegetables without bending down.
Hanging Basket with Liner 14 in | 17.99 | Wire bowl with coconut fiber for trailing blooms on a porch.
Self Watering Window Box 30 in | 32.99 | Reservoir keeps balcony plants moist for a week.
Ceramic Indoor Planter 8 in | 24.99 | Glazed white container with a saucer for houseplants.
`,
    ),
    productType(
      'Soil & Mulch',
      'SM',
      34,
      `
Potting Mix 1.5 cu ft | 14.99 | Light peat and perlite blend for containers and houseplants.
Garden Soil 1 cu ft | 6.99 | Enriched earth for vegetable and flower beds.
Bark Mulch Brown 2 cu ft | 4.99 | Wood chips that keep weeds down and moisture in.
Compost Organic 1 cu ft | 7.99 | Rotted plant matter that feeds the ground naturally.
River Pebbles 0.5 cu ft | 6.49 | Smooth decorative stones for paths, drains and around ponds.
`,
    ),
    productType(
      'Seeds & Fertilizer',
      'SF',
      42,
      `
Grass Seed Sun and Shade 7 lb | 29.99 | Repairs bare patches and thickens a thin lawn.
Lawn Fertilizer 5,000 sq ft | 27.99 | Slow-release nitrogen that turns grass green.
Vegetable Seed Collection 12 Packets | 18.99 | Tomato, carrot, lettuce and more for a kitchen plot.
Tomato and Vegetable Food 4 lb | 12.99 | Granules that feed fruiting plants for bigger harvests.
Wildflower Seed Mix 1 lb | 21.99 | Colorful meadow that attracts bees and butterflies.
`,
    ),
    productType(
      'Pest & Weed Control',
      'PW',
      39,
      `
Weed Killer Ready Spray 1 gal | 19.99 | Kills dandelions and crabgrass to the root in cracks and beds.
Ant and Roach Bait 12 Pack | 11.99 | Insects carry the poison home and the nest dies.
Mouse Trap 4 Pack | 7.99 | Snap traps catch rodents in kitchens, attics and sheds.
Deer and Rabbit Repellent 32 oz | 16.99 | Smelly spray keeps animals from eating shrubs and vegetables.
Landscape Fabric 3 x 100 ft | 24.99 | Woven cloth under mulch stops unwanted growth and lets rain through.
`,
    ),
    productType(
      'Outdoor Living',
      'OL',
      32,
      `
Gas Grill Three Burner | 329.00 | Propane barbecue with a side table for steaks and burgers for a party.
Adirondack Chair Weatherproof | 129.00 | Reclining seat for porch or lakeside that needs no painting.
Patio Dining Set 5 Piece | 549.00 | Table and four chairs in rust-free aluminum for meals outside.
Market Umbrella 9 ft | 79.99 | Tilting shade over a table on sunny days.
Fire Pit Steel 30 in | 119.00 | Wood-burning bowl with a spark screen for cool evenings.
`,
    ),
    productType(
      'Outdoor Lighting & Decor',
      'OD',
      45,
      `
Solar Path Lights 8 Pack | 39.99 | Charge by day and glow along the walk at night; no wires.
String Lights 48 ft | 44.99 | Warm hanging bulbs for patios, weddings and pergolas.
Low Voltage Spotlight Kit | 99.99 | Six lamps and a transformer that light up trees and facades.
Bird Feeder Squirrel Proof | 32.99 | Seed dispenser that closes under the weight of squirrels.
Garden Gnome Resin 14 in | 19.99 | Cheerful figure with a lantern among the flowers. | discontinued 2022-10-31
`,
    ),
  ],
}
