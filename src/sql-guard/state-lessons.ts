/** What is said for each SQLSTATE that a caller's own query can cause. The PostgreSQL manual, appendix A, names them. */
import type { Lesson } from './refusal.ts'
import * as names from './state-names.ts'
import { teachCast, teachInput, teachMismatch, teachSignature } from './state-types.ts'

/** What is known about an error. Only `text`, `name` and the schema may be quoted. */
export interface Facts {
  readonly code: string
  /** For recognising the case only. */
  readonly message: string
  readonly text: string
  /** Where in `text`. */
  readonly at: number | undefined
  /** The name that the caller wrote there, in parts. */
  readonly name: readonly string[] | undefined
  readonly relations: readonly string[]
  readonly columns: ReadonlyMap<string, readonly string[]>
}

type Teach = (facts: Facts) => Lesson

const say =
  (sentence: string, hint: string): Teach =>
  () => ({ sentence, hint })

/** Cases of one code that only the message tells apart; the last one needs no pattern. */
const choose =
  (...cases: readonly (readonly [pattern: RegExp, teach: Teach])[]): Teach =>
  (facts) =>
    (cases.find(([pattern]) => pattern.test(facts.message))?.[1] ?? teachOther)(facts)

const teachOther: Teach = ({ code }) => teachClass(code)

const TOO_COMPLEX = say(
  'The query is too complex for the database.',
  'Split it: fewer tables, fewer columns, shorter lists, flatter expressions.',
)
const TOO_LARGE = say(
  'The query needs more memory than one query may use.',
  'Aggregate earlier, choose fewer rows or columns, or ask for a narrower period.',
)
const RETRY = say('The database could not finish the query this time.', 'Send the same query again.')

/** Lessons by SQLSTATE. */
export const STATE_LESSONS: Readonly<Record<string, Teach>> = {
  // our own cost gate (sql/0009): what the planner expects of the query is too much
  ZV010: choose(
    [
      /^aggregate$/,
      say(
        'The query collects too many rows into one value.',
        'Filter first, or return the rows themselves and aggregate numbers only.',
      ),
    ],
    [
      /./,
      say(
        'The query would read or combine too many rows.',
        'Ask for a narrower period, join on keys (a join without a condition multiplies rows), or aggregate before joining.',
      ),
    ],
  ),

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
        'Put conditions on totals into HAVING, after GROUP BY, or filter in a query around this one.',
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
  '42P18': say('The type of a value cannot be determined.', 'Cast it: NULL::text, $$…$$::text.'),
  '42809': choose(
    [
      /ANY|ALL/,
      say(
        'ANY and ALL need an array on the right.',
        "Write LIKE ANY (array['a%', 'b%']), or = ANY (array['completed', 'returned']).",
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

  // values
  '22012': say(
    'The query divides by zero.',
    'Write a / nullif(b, 0): the result is then empty (NULL) where b is zero.',
  ),
  '22P02': teachInput,
  '22007': say(
    'A text is not a valid date or time.',
    "Write dates as '2026-01-31', moments as '2026-01-31 18:00', intervals as interval '30 days'.",
  ),
  '22008': say(
    'A date or time is out of range.',
    "Check day and month: dates are written year-month-day, '2026-01-31'.",
  ),
  '22009': say('A time zone is not valid.', "Write a name such as 'America/Los_Angeles'."),
  '22003': say(
    'A number is too large for its type.',
    'Cast before computing: sum(quantity::numeric * unit_price); integer ends at 2,147,483,647.',
  ),
  '22001': say('A text is too long for its type.', 'Cast to text instead of a varchar with a length.'),
  '22023': choose(
    [
      /unit/i,
      say(
        'A unit of time is not known here.',
        "Units are 'year', 'quarter', 'month', 'week', 'day', 'hour' and 'minute'.",
      ),
    ],
    [/time zone/i, say('A time zone is not known.', "Write a name such as 'America/Los_Angeles'.")],
    [/step/i, say('The step of a series cannot be zero.', "Write interval '1 day', or 1.")],
    [
      /(?:)/,
      say(
        'An argument of a function has a value that it does not accept.',
        'Check ranges: counts must be positive, percentiles between 0 and 1.',
      ),
    ],
  ),
  '2202E': say('An array is used with a subscript that it does not have.', 'Arrays count from 1.'),
  '22011': say('A length given to substring is negative.', 'Use greatest(n, 0).'),
  '2201B': say(
    'A regular expression is not valid.',
    'Check its parentheses and brackets, and write \\ before a sign that is meant literally.',
  ),
  '22025': say('A LIKE pattern ends with its escape sign.', 'Double the backslash at the end of the pattern.'),
  '22P05': say('A character cannot be represented.', 'Leave it out.'),
  '22021': say('A character is not valid.', 'Leave it out.'),
  '2201E': say(
    'A logarithm is taken of zero or a negative number.',
    'Filter first: WHERE value > 0, or ln(nullif(value, 0)).',
  ),
  '2201F': say(
    'A power is not defined for these numbers.',
    'A negative number has no fractional power; use abs(value).',
  ),
  '2201G': say(
    'The bounds or the count of width_bucket are not valid.',
    'Bounds must differ and the count must be positive.',
  ),
  '22013': say(
    'The frame of a window has a negative or empty offset.',
    'Write a number of rows: ROWS BETWEEN 6 PRECEDING AND CURRENT ROW.',
  ),
  '22014': say('ntile needs a positive number.', 'Write ntile(4).'),
  '22016': say('nth_value needs a positive number.', 'Write nth_value(value, 1).'),
  '2201W': say('LIMIT is negative.', 'Write a positive number.'),
  '2201X': say('OFFSET is negative.', 'Write 0 or a positive number.'),
  '22004': say(
    'A value is missing (NULL) where one is needed.',
    'Write coalesce(value, …), or filter with IS NOT NULL.',
  ),
  '22030': say('A key appears twice in a JSON object.', 'Use each key once.'),
  '22032': say('A text is not valid JSON.', 'JSON needs double quotes around keys and texts.'),
  '21000': say(
    'A sub-query in an expression returns more than one row.',
    'Aggregate it (max, sum), add LIMIT 1 with ORDER BY, or write IN (…) instead of =.',
  ),

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
  '53000': TOO_LARGE,
  '53100': TOO_LARGE,
  '53200': TOO_LARGE,
  '53400': TOO_LARGE,
  '54000': TOO_COMPLEX,
  '54001': TOO_COMPLEX,
  '54011': TOO_COMPLEX,
  '54023': TOO_COMPLEX,
  '25006': say('The query would change something, and this service is read only.', 'Send one SELECT.'),
}

const CLASSES: Readonly<Record<string, Lesson>> = {
  '22': {
    sentence: 'A value in the query or in the data does not fit what is done with it.',
    hint: 'Check casts, dates and divisions; filter the odd values out first.',
  },
  '23': { sentence: 'The query would change something, and this service is read only.', hint: 'Send one SELECT.' },
  '42': {
    sentence: 'The database does not accept this query.',
    hint: 'Check names and types against get_multiple_table_schemas, and simplify the query.',
  },
  '53': TOO_LARGE(undefined as never),
  '54': TOO_COMPLEX(undefined as never),
  '57': {
    sentence: 'The database stopped the query.',
    hint: 'Send the same query again; if it stops again, ask for a narrower period.',
  },
}

/** Returns the lesson for a code that has none of its own. */
export function teachClass(code: string): Lesson {
  return (
    CLASSES[code.slice(0, 2)] ?? {
      sentence: 'The database could not run the query.',
      hint: 'Try again, or write the query in a simpler way.',
    }
  )
}
