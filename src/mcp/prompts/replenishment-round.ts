import { argument, definePrompt, HOUSE_RULES } from './define.ts'

export default definePrompt({
  name: 'replenishment_round',
  title: 'Replenishment round',
  description: 'What to order now, how much of it, and what not to order: an order list from stock and recent sales.',
  args: {
    store: { description: 'Name of one of your stores; all of yours unless told', completes: 'store' },
    category: { description: 'Only this category', completes: 'category' },
    lead_weeks: { description: 'Weeks until an order arrives; 2 unless told' },
  },

  write: ({ store, category, lead_weeks }) => {
    const weeks = /^\d{1,2}$/.test(lead_weeks?.trim() ?? '') ? `, lead_weeks: ${lead_weeks?.trim()}` : ''
    const rest = `${argument('store', store)}${argument('category', category)}${weeks}`
    return `Make an order list.

Steps, one after the other:
1. get_inventory_status { status: "out"${rest}, limit: 100 }: what is gone, with the sales missed each week.
2. get_inventory_status { status: "low"${rest}, limit: 200 }: what runs low, with the suggested reorder.
3. get_inventory_status { status: "overstocked"${rest}, limit: 30 }: what must not be ordered; with several stores, what one could send to another.
4. For the three largest items: get_product_affinity { product: "…" }: what sells along with them and should not run out either.

Then a table to order from: product, SKU, store, stock, weeks of supply, suggested reorder; most urgent first. Below it: what the order costs as far as the answers tell it, what to send between stores, and which insights concern a season that is coming. Quote the formula of the suggested reorder from the tool's definitions.

${HOUSE_RULES}`
  },
})
