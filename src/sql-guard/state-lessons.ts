/** What is said for each SQLSTATE that a caller's own query can cause. The PostgreSQL manual, appendix A, names them. */
import type { Lesson } from './refusal.ts'
import { choose, type Facts, say, type Teach, TOO_COMPLEX, TOO_LARGE, teachOther } from './state-lesson.ts'
import * as names from './state-names.ts'
import { teachCast, teachMismatch, teachSignature } from './state-types.ts'
import { VALUE_LESSONS } from './state-values.ts'

const RETRY = say('The database could not finish the query this time.', 'Send the same query again.')

const tooMuch = choose(
  [
    /^aggregate$/,
    say(
      'The query collects too many rows into one value.',
      "Filter first, by a column against a constant (order_date >= '2026-06-01'), or return the rows themselves and aggregate numbers only.",
    ),
  ],
  [
    /./,
    say(
      'The query would read or combine too many rows.',
      'Ask for a narrower period, join on keys (a join without a condition multiplies rows), or aggregate before joining.',
    ),
  ],
)

/** Rows that are joined to a calendar by a range: the planner takes a series of moments for a thousand long. */
const isCalendar = ({ message, text }: Facts) =>
  message === 'too much' && /\bgenerate_series\s*\([\s\S]*\bjoin\b/i.test(text)
const CALENDAR: Lesson = {
  sentence: 'Joining rows to a calendar by a range compares every row with every day, which is too much here.',
  hint: 'Group the rows by day first and join on the day: … AS d LEFT JOIN (SELECT order_date::date AS day, sum(total_amount) AS revenue FROM orders GROUP BY 1) AS o ON o.day = d::date.',
}

/** Lessons by SQLSTATE. */
export const STATE_LESSONS: Readonly<Record<string, Teach>> = {
  // our own cost gate (sql/0030): what the planner expects of the query is too much
  ZV010: (facts) => (isCalendar(facts) ? CALENDAR : tooMuch(facts)),

  // names
  '42703': names.unknownColumn,
  '42P01': names.unknownTable,
  '42702': names.ambiguousColumn,
  '42712': say(
    'Two tables in FROM go by the same name.',
    'Give each an alias of its own: FROM orders AS a JOIN orders AS b ON ….',
  ),
  '42701': say('A column is named twice where names must differ.', 'Give one of them another name with AS.'),
  '42704': say(
    'The query uses a type, collation or window that does not exist.',
    'Check its spelling; types are text, integer, numeric, boolean, date, timestamptz, interval, uuid and jsonb.',
  ),
  '42501': say(
    'The query reads a table or column that is not available to you.',
    'Use the tables and columns that get_multiple_table_schemas lists, by name instead of *.',
  ),

  // grouping and windows
  '42803': choose(
    [
      /not allowed in (WHERE|JOIN|GROUP)/i,
      say(
        'An aggregate cannot stand in WHERE, ON or GROUP BY.',
        'Put conditions on totals into HAVING, after GROUP BY; to compare a row with a total write a sub-query: WHERE total_amount > (SELECT avg(total_amount) FROM orders).',
      ),
    ],
    [
      /cannot be nested/i,
      say(
        'An aggregate cannot stand inside another one.',
        'Compute the inner one in a sub-query: SELECT avg(n) FROM (SELECT count(*) AS n FROM orders GROUP BY store_id) AS q.',
      ),
    ],
    [
      /contain window function/i,
      say(
        'An aggregate cannot contain a window function.',
        'Compute the window function in a sub-query and aggregate outside.',
      ),
    ],
    [/./, names.missingGroupBy],
    [/^$/, names.missingGroupBy],
  ),
  '42P20': choose(
    [/nested/i, say('A window function cannot stand inside another one.', 'Compute the inner one in a sub-query.')],
    [
      /(?:)/,
      say(
        'A window function cannot stand here.',
        'Compute it in a sub-query and filter or group outside: SELECT * FROM (SELECT …, row_number() OVER (…) AS n FROM …) AS q WHERE n = 1.',
      ),
    ],
  ),
  '42P10': choose(
    [
      /DISTINCT ON/i,
      say(
        'DISTINCT ON and ORDER BY do not begin with the same columns.',
        'Begin ORDER BY with the columns of DISTINCT ON: SELECT DISTINCT ON (customer_id) … ORDER BY customer_id, order_date DESC.',
      ),
    ],
    [
      /SELECT DISTINCT/i,
      say(
        'With SELECT DISTINCT, ORDER BY can only use selected columns.',
        'Select the expression too, or group instead of DISTINCT.',
      ),
    ],
    [
      /position/i,
      say(
        'A position in ORDER BY or GROUP BY is not in the select list.',
        'Positions count the selected columns from 1.',
      ),
    ],
    [
      /(?:)/,
      say(
        'ORDER BY or GROUP BY refers to a column in a way that is not possible here.',
        'Name the column or its alias.',
      ),
    ],
  ),

  // types
  '42883': teachSignature,
  '42725': teachSignature,
  '42804': teachMismatch,
  '42846': teachCast,
  '42P18': say('The type of a value cannot be determined.', 'Cast it, for example NULL::text.'),
  '42809': choose(
    [
      /ANY|ALL/,
      say(
        'ANY and ALL need an array on the right.',
        "Write LIKE ANY (array['a%', 'b%']), or = ANY (array['completed', 'returned']).",
      ),
    ],
    [
      /WITHIN GROUP is required/,
      say(
        'This aggregate takes its values WITHIN GROUP.',
        'Write percentile_cont(0.5) WITHIN GROUP (ORDER BY total_amount), or mode() WITHIN GROUP (ORDER BY status).',
      ),
    ],
    [
      /requires an OVER clause/,
      say(
        'This is a window function: it needs OVER.',
        'Write row_number() OVER (PARTITION BY store_id ORDER BY order_date DESC).',
      ),
    ],
    [
      /is not an aggregate|nor an aggregate/,
      say(
        'DISTINCT, FILTER, ORDER BY inside the parentheses and OVER go with aggregates only; this function is none.',
        'Apply the function to the result of an aggregate, for example round(avg(total_amount), 2).',
      ),
    ],
    [
      /(?:)/,
      say(
        'A function is used in a way that it is not made for.',
        'Use OVER (…) with window functions and WITHIN GROUP with percentile_cont, percentile_disc and mode only.',
      ),
    ],
  ),
  '42611': teachOther,

  ...VALUE_LESSONS,

  // form
  '42601': choose(
    [
      /same number of columns/i,
      say(
        'The sides of a UNION, INTERSECT or EXCEPT have different numbers of columns.',
        'Select the same columns on both sides; fill gaps with NULL.',
      ),
    ],
    [
      /must return only one column/i,
      say(
        'A sub-query in an expression returns more than one column.',
        'Select one column in it, or put the sub-query into FROM and join it.',
      ),
    ],
    [
      /too many columns|too few columns|one column|unequal number/i,
      say(
        'Two sides of a comparison have different numbers of columns.',
        'Select exactly the columns that are compared.',
      ),
    ],
    [/VALUES lists/i, say('The rows of VALUES have different lengths.', 'Give each row the same number of values.')],
    [
      /(?:)/,
      say(
        'The query is not well-formed.',
        'Write one PostgreSQL SELECT: SELECT … FROM … WHERE … GROUP BY … HAVING … ORDER BY … LIMIT.',
      ),
    ],
  ),
  '0A000': choose(
    [
      /set-returning|set-valued/i,
      say(
        'A function that makes rows cannot stand here.',
        'Put it into FROM: CROSS JOIN LATERAL unnest(list) AS item.',
      ),
    ],
    [/DISTINCT/i, say('DISTINCT cannot be used here.', 'Take distinct values in a sub-query first.')],
    [
      /^RANGE with offset/i,
      say(
        'RANGE counts in the type of the ORDER BY column, which is no number here.',
        "Write RANGE BETWEEN interval '30 days' PRECEDING AND CURRENT ROW, or count rows: ROWS BETWEEN 29 PRECEDING AND CURRENT ROW.",
      ),
    ],
    [/FULL JOIN/i, say('FULL JOIN needs a condition with =.', 'Join on equality, and filter in WHERE.')],
    [/(?:)/, say('PostgreSQL cannot do this combination.', 'Split it into a sub-query and a query around it.')],
  ),
  '42P19': say('A query in WITH refers to itself.', 'For a calendar or number list use generate_series.'),

  // budgets
  '57014': say(
    'The query took longer than its time limit and was stopped.',
    "Ask for a narrower period (WHERE order_date >= now() - interval '90 days'), group by date_trunc('month', order_date), or join fewer tables.",
  ),
  '55P03': RETRY,
  '40001': RETRY,
  '40P01': RETRY,
  '53000': () => TOO_LARGE,
  '53100': () => TOO_LARGE,
  '53200': () => TOO_LARGE,
  '53400': () => TOO_LARGE,
  '54000': () => TOO_COMPLEX,
  '54001': () => TOO_COMPLEX,
  '54011': () => TOO_COMPLEX,
  '54023': () => TOO_COMPLEX,
  '25006': say('The query would change something, and this service is read only.', 'Send one SELECT.'),
}
