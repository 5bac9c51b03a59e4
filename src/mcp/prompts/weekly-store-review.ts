import { argument, definePrompt, HOUSE_RULES } from './define.ts'

export default definePrompt({
  name: 'weekly_store_review',
  title: 'Weekly store review',
  description: 'One page on how a store did last week: figures, what stands out, stock, and what to do about it.',
  args: {
    store: { description: 'Name of one of your stores; your own, or all of yours, unless told', completes: 'store' },
    time_period: { description: 'Another period than last week', completes: 'period' },
  },

  write: ({ store, time_period = 'last_week' }) => {
    const where = argument('store', store)
    const when = `time_period: ${JSON.stringify(time_period)}`
    return `Write a review of ${store === undefined ? 'my store (or stores)' : JSON.stringify(store)} for the period ${JSON.stringify(time_period)}.

Steps, one after the other:
1. ${store === undefined ? 'whoami: which stores are mine.' : 'Go straight on; the store is named.'}
2. get_store_performance { ${when}${where} }: the figures, their change, the insights.
3. get_sales_report { group_by: "day", ${when}${where} } and { group_by: "category", ${when}${where} }: the shape of the period.
4. get_sales_report { group_by: "product", ${when}${where}, limit: 10 }: what sold best.
5. get_inventory_status { status: "all", limit: 15${where} }: what is out, low or lying dead.

Then one page: the headline figures with their change; what stands out, most money first; stock; three actions, each with the number that calls for it.

${HOUSE_RULES}`
  },
})
