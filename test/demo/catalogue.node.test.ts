import { describe, expect, it } from 'vitest'
import { categories, products } from '../../dev/demo/catalogue/index.ts'
import { people } from '../../dev/demo/people.ts'
import { stores } from '../../dev/demo/stores.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

describe('the catalogue', () => {
  it('has 424 products of 85 types in nine categories', () => {
    expect(categories.map(({ name }) => name).sort()).toEqual([
      'Electrical',
      'Garden & Outdoor',
      'Hand Tools',
      'Hardware',
      'Lumber & Building Materials',
      'Paint & Finishes',
      'Plumbing',
      'Power Tools',
      'Storage & Organization',
    ])
    expect(new Set(products.map(({ typeId }) => typeId)).size).toBe(85)
    expect(products).toHaveLength(424)
  })

  it('gives no sku, id, name or description twice', () => {
    for (const field of ['sku', 'id', 'name', 'description'] as const) {
      expect(new Set(products.map((product) => product[field])).size).toBe(424)
    }
  })

  it('earns 20 to 50 percent on every product, by type', () => {
    for (const category of categories) {
      for (const { marginPercent } of category.types) {
        expect(marginPercent).toBeGreaterThanOrEqual(20)
        expect(marginPercent).toBeLessThanOrEqual(50)
      }
    }
    for (const { priceCents, costCents } of products) {
      expect(Number.isInteger(priceCents) && Number.isInteger(costCents)).toBe(true)
      expect(costCents).toBeLessThan(priceCents)
      expect(costCents * 2).toBeGreaterThanOrEqual(priceCents)
    }
  })

  it.each([
    ['Garden & Outdoor', 3, 2.5, 0.5],
    ['Lumber & Building Materials', 5, 2.2, 0.7],
    ['Power Tools', 6, 2.1, 0.8],
    ['Paint & Finishes', 3, 2.2, 1.0],
    ['Storage & Organization', 11, 1.8, 0.8],
    ['Hardware', 9, 1.8, 1.0],
    ['Hand Tools', 4, 1.6, 0.9],
    ['Electrical', 10, 1.6, 1.0],
    ['Plumbing', 9, 1.6, 1.0],
  ])('has the season of %s', (name, peakMonth, peak, low) => {
    const season = categories.find((category) => category.name === name)?.season ?? []

    expect(season).toHaveLength(12)
    expect(Math.max(...season)).toBe(peak)
    expect(season.indexOf(peak)).toBe(peakMonth)
    expect(Math.min(...season)).toBe(low)
  })
})

describe('the people', () => {
  it('are eight managers with a store each, a regional manager with four and a head office with all', () => {
    const keys = ['seattle', 'bellevue', 'tacoma', 'spokane', 'everett', 'redmond', 'kirkland', 'online']

    expect(stores.map(({ key }) => key)).toEqual(keys)
    expect(people.map(({ key, role, storeKeys }) => [key, role, storeKeys])).toEqual([
      ...keys.map((key) => [key, 'store_manager', [key]]),
      ['regional', 'regional_manager', ['seattle', 'bellevue', 'redmond', 'kirkland']],
      ['head-office', 'head_office', keys],
    ])
  })

  it('have ids of their own, none of them a store', () => {
    const ids = [...people.map(({ userId }) => userId), ...stores.map(({ id }) => id)]

    expect(new Set(ids).size).toBe(18)
    for (const id of ids) expect(id).toMatch(uuid)
  })
})
