import { stableId } from './stable-id.ts'

export interface DemoStore {
  readonly key: string
  readonly id: string
  readonly name: string
  readonly location: string
  readonly region: string
  readonly areaCode: string
  readonly isOnline: boolean
  readonly openedOn: string
  /** Its part of the customers, relative to the other stores. */
  readonly share: number
  /** How often its customers come, relative to the other stores. */
  readonly frequency: number
  /** Above 1: bigger baskets and dearer products; below 1: cheaper ones. */
  readonly value: number
}

export const TIME_ZONE = 'America/Los_Angeles'

type Row = readonly [key: string, name: string, location: string, region: string, areaCode: string, openedOn: string]

function store(
  [key, name, location, region, areaCode, openedOn]: Row,
  [share, frequency, value]: readonly [number, number, number],
): DemoStore {
  const isOnline = key === 'online'
  return {
    key,
    id: stableId('store', key),
    name: `Zava Retail ${name}`,
    location,
    region,
    areaCode,
    isOnline,
    openedOn,
    share,
    frequency,
    value,
  }
}

/** The eight stores; their order is part of the demo data's bytes. A store's id is not its manager's. */
export const stores: readonly DemoStore[] = [
  store(['seattle', 'Seattle', 'Seattle, WA', 'Puget Sound', '206', '2009-03-14'], [30, 3.0, 1.3]),
  store(['bellevue', 'Bellevue', 'Bellevue, WA', 'Eastside', '425', '2011-05-07'], [25, 2.6, 1.2]),
  store(['tacoma', 'Tacoma', 'Tacoma, WA', 'Puget Sound', '253', '2012-09-22'], [20, 2.4, 1.1]),
  store(['spokane', 'Spokane', 'Spokane, WA', 'Eastern Washington', '509', '2014-04-05'], [8, 2.0, 1.0]),
  store(['everett', 'Everett', 'Everett, WA', 'Puget Sound', '425', '2015-10-17'], [7, 1.8, 0.95]),
  store(['redmond', 'Redmond', 'Redmond, WA', 'Eastside', '425', '2017-06-10'], [6, 1.6, 0.9]),
  store(['kirkland', 'Kirkland', 'Kirkland, WA', 'Eastside', '425', '2018-08-25'], [4, 1.4, 0.85]),
  store(['online', 'Online', 'Online', 'Online', '360', '2016-02-01'], [30, 3.0, 1.5]),
]
