/** What is said about values that do not fit: SQLSTATE classes 21 and 22. */
import { choose, say, type Teach } from './state-lesson.ts'
import { teachInput } from './state-types.ts'

/** Lessons by SQLSTATE. */
export const VALUE_LESSONS: Readonly<Record<string, Teach>> = {
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
}
