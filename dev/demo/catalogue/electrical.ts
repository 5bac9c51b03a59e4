import { type CatalogueCategory, productType } from './shape.ts'

export const electrical: CatalogueCategory = {
  name: 'Electrical',
  code: 'EL',
  season: [1.2, 1.1, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.2, 1.4, 1.6, 1.5],
  share: 11,
  types: [
    productType(
      'Wire & Cable',
      'WC',
      27,
      `
Indoor Cable 14/2 50 ft | 42.99 | Two copper conductors and ground for 15 amp lighting circuits inside walls.
Indoor Cable 12/2 100 ft | 98.99 | Heavier copper for 20 amp kitchen and workshop circuits.
Underground Feeder Cable 12/2 50 ft | 74.99 | Sheathed for direct burial to sheds, lamp posts and pumps.
Ethernet Cable Cat 6 100 ft | 29.99 | Network line for computers, televisions and cameras, with plugs fitted.
Speaker Wire 16 Gauge 100 ft | 19.99 | Clear two-strand lead for stereo and home theater.
`,
    ),
    productType(
      'Outlets & Switches',
      'OS',
      42,
      `
Duplex Outlet 15 Amp White 10 Pack | 12.99 | Standard tamper-resistant wall sockets for living rooms and bedrooms.
GFCI Outlet 20 Amp | 22.99 | Cuts the current instantly to prevent shock near water in bathrooms and kitchens.
USB Wall Outlet Dual Port | 26.99 | Socket with built-in phone and tablet charging.
Dimmer Switch LED | 24.99 | Slides to lower the brightness of lamps and save energy.
Smart Switch Wi-Fi | 34.99 | Turns lights on by phone, voice or schedule.
`,
    ),
    productType(
      'Breakers & Panels',
      'BP',
      25,
      `
Circuit Breaker 20 Amp Single Pole | 9.99 | Trips when a branch circuit is overloaded; snaps into the panel.
Circuit Breaker 50 Amp Double Pole | 21.99 | Protects ranges, welders and car chargers at 240 volts.
Arc Fault Breaker 15 Amp | 49.99 | Detects dangerous sparking in bedroom wiring to prevent fires.
Load Center 100 Amp 20 Space | 119.00 | Main fuse box with cover for a small house or a workshop.
Whole House Surge Protector | 89.00 | Guards appliances and electronics from lightning and grid spikes.
`,
    ),
    productType(
      'Boxes & Conduit',
      'BC',
      40,
      `
Old Work Box Single Gang 5 Pack | 9.49 | Clamps into finished drywall to mount a new switch or socket.
Weatherproof Outlet Box Kit | 19.99 | Covered enclosure for a socket on a patio or an outside wall.
EMT Conduit 1/2 in x 10 ft | 11.99 | Thin-wall steel tube that protects wires in garages and basements.
Flexible Metal Conduit 25 ft | 34.99 | Bendable armor for wiring to motors and appliances.
Wire Connector Assortment 150 Piece | 13.99 | Twist-on caps in four colors that splice copper wires.
`,
    ),
    productType(
      'Light Fixtures',
      'LF',
      41,
      `
LED Flush Mount Ceiling Light 12 in | 34.99 | Slim round lamp for halls, closets and laundry rooms.
Pendant Light Glass Shade | 59.99 | Hanging lamp over a kitchen island or dining table.
Vanity Light Three Bulb | 74.99 | Wall lamp in brushed nickel over a bathroom mirror.
LED Shop Light 4 ft Linkable | 39.99 | Bright tube fixture on chains for garages and work areas.
Ceiling Fan 52 in with Light | 149.00 | Five blades cool a bedroom; pull chain and remote.
`,
    ),
    productType(
      'Light Bulbs',
      'LB',
      44,
      `
LED Bulb 60 W Equal Soft White 8 Pack | 17.99 | Warm everyday lamps that use 9 watts and last ten years.
LED Floodlight Bulb BR30 4 Pack | 21.99 | Wide beams for recessed cans in the ceiling.
LED Edison Filament Bulb 4 Pack | 19.99 | Vintage look with a golden glow for open fixtures.
LED Tube T8 4 ft 4 Pack | 32.99 | Replaces fluorescent tubes and ends the flicker.
Color Changing Smart Bulb 2 Pack | 29.99 | Sixteen million shades set by an app for moods and parties.
`,
    ),
    productType(
      'Cords & Power Strips',
      'CP',
      43,
      `
Outdoor Extension Cord 50 ft 14 Gauge | 36.99 | Orange weatherproof lead for hedge trimmers, blowers and holiday decorations.
Indoor Extension Cord 9 ft Flat Plug | 12.99 | Low-profile lead that fits behind sofas and beds.
Surge Protector Strip 8 Outlet | 27.99 | Protects computers and televisions and adds sockets.
Cord Reel 30 ft Retractable | 69.99 | Winds itself up on the garage ceiling; triple tap end.
Cable Management Kit | 18.99 | Sleeves, clips and ties that hide messy wires under a desk.
`,
    ),
    productType(
      'Alarms & Doorbells',
      'AD',
      37,
      `
Smoke Alarm Ten Year Battery | 27.99 | Warns of fire; sealed cell never needs changing.
Carbon Monoxide Detector Plug-In | 36.99 | Sounds when furnaces or stoves leak deadly gas; digital display.
Video Doorbell Wired | 119.00 | Shows visitors on a phone and records parcels being left.
Wireless Door Chime | 24.99 | Push button and plug-in ringer with 32 melodies.
Motion Sensor Security Light | 44.99 | Twin heads switch on when somebody walks up the drive.
`,
    ),
    productType(
      'Testers & Electrician Tools',
      'TT',
      39,
      `
Digital Multimeter | 39.99 | Measures volts, amps and resistance to find faults in circuits and batteries.
Non-Contact Voltage Tester | 19.99 | Pen that glows and beeps near a live wire before you touch it.
Wire Stripper and Crimper | 18.99 | Removes insulation and presses terminals on 10 to 22 gauge conductors.
Fish Tape 50 ft | 29.99 | Steel ribbon that pulls cable through walls and tubes.
Electrical Tape Black 10 Pack | 12.99 | Stretchy vinyl that insulates splices and marks wires.
`,
    ),
  ],
}
