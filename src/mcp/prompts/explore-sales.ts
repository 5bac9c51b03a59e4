import { argument, definePrompt, HOUSE_RULES } from './define.ts'

export default definePrompt({
  name: 'explore_sales',
  title: 'Explore sales',
  description: 'Answers an open question about sales step by step, with the governed metrics first and SQL last.',
  args: {
    question: { description: 'What you want to know' },
    store: { description: 'Name of one of your stores; all of yours unless told', completes: 'store' },
    time_period: { description: 'The period it is about', completes: 'period' },
  },

  write: ({ question, store, time_period }) => {
    const given = `${argument('store', store)}${argument('time_period', time_period)}`.slice(2)
    return `Answer this question about sales: ${JSON.stringify(question ?? 'What should I know about my sales?')}${given === '' ? '' : ` (${given})`}

Steps:
1. whoami: which stores are mine and which dates have data.
2. Choose the narrowest tool that answers it: get_store_performance for "how is it going", get_sales_report for sales by day, month, store, category, product, channel or customers, get_inventory_status for stock, get_product_affinity for what is bought together, semantic_search_products to find products by what they are for.
3. Look once from another side: the same question a year ago, or split by one more group. Drop what changes nothing.
4. Only when no tool has the figure and you have execute_sales_query: get_multiple_table_schemas with every table you need, then one query. Say that the figure comes from SQL and how it is defined there.

Then answer in a few sentences, the number first, with a small table if it helps, and one question worth asking next.

${HOUSE_RULES}`
  },
})
