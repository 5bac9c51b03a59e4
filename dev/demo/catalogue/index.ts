import { stableId } from '../stable-id.ts'
import { electrical } from './electrical.ts'
import { gardenOutdoor } from './garden-outdoor.ts'
import { handTools } from './hand-tools.ts'
import { hardware } from './hardware.ts'
import { lumberBuildingMaterials } from './lumber-building-materials.ts'
import { paintFinishes } from './paint-finishes.ts'
import { plumbing } from './plumbing.ts'
import { powerTools } from './power-tools.ts'
import type { CatalogueCategory, CatalogueProduct } from './shape.ts'
import { storageOrganization } from './storage-organization.ts'

/** The nine categories; their order is part of the demo data's bytes. */
export const categories: readonly CatalogueCategory[] = [
  handTools,
  powerTools,
  hardware,
  electrical,
  plumbing,
  paintFinishes,
  lumberBuildingMaterials,
  gardenOutdoor,
  storageOrganization,
]

export interface DemoProduct extends CatalogueProduct {
  readonly id: string
  readonly categoryId: string
  readonly categoryName: string
  readonly categoryIndex: number
  readonly typeId: string
  readonly typeName: string
}

/** Ids of the catalogue do not depend on the seed: a saved question or an embedding stays valid for every data set. */
export const categoryId = (category: string): string => stableId('category', category)
export const typeId = (category: string, type: string): string => stableId('type', category, type)

/** All products, in catalogue order. */
export const products: readonly DemoProduct[] = categories.flatMap((category, categoryIndex) =>
  category.types.flatMap((type) =>
    type.products.map((product, i) => {
      const sku = `${category.code}${type.code}${String((i + 1) * 100).padStart(6, '0')}`
      return {
        ...product,
        sku,
        // Hundredths of a cent are rounded half up, in whole numbers.
        costCents: Math.floor((product.priceCents * (100 - type.marginPercent) + 50) / 100),
        id: stableId('product', sku),
        categoryId: categoryId(category.name),
        categoryName: category.name,
        categoryIndex,
        typeId: typeId(category.name, type.name),
        typeName: type.name,
      }
    }),
  ),
)
