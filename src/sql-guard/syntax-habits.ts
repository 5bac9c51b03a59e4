/** Habits of other SQL dialects and common slips, as they show in a text that PostgreSQL cannot read. */

/** A habit: `pattern` must cover or touch the spot that the parser stopped at. */
export interface Habit {
  readonly pattern: RegExp
  readonly sentence: string
  readonly hint: string
}

/** In the order in which they are tried. */
export const HABITS: readonly Habit[] = [
  {
    pattern: /.*[\u00a0\u2007\u202f\u200b\ufeff].*/g,
    sentence: 'The text has invisible blanks that PostgreSQL reads as letters.',
    hint: 'Write ordinary spaces.',
  },
  {
    pattern: /```\w*/g,
    sentence: 'The text contains a Markdown fence.',
    hint: 'Send only the SQL, without ``` around it.',
  },
  {
    pattern: /`[^`\n]*`?(\s*\.\s*`[^`\n]*`)?[\s,]*(as\s+\w+\s*)?(from|,)?/gi,
    sentence: 'Backticks do not quote names in PostgreSQL.',
    hint: 'Write the name without quotes, or in double quotes if it has capitals or blanks: "Order Date".',
  },
  {
    pattern: /(?<=\bselect\s|,\s*|\bfrom\s|\bby\s|\bwhere\s|\.|\bon\s|\band\s|\()\[[^\]\n]*\]/gi,
    sentence: 'Square brackets do not quote names in PostgreSQL.',
    hint: 'Write the name without quotes, or in double quotes if it has capitals or blanks: "Order Date".',
  },
  {
    pattern: /\btop\s*\(?\s*\d+\)?(\s+percent)?(\s+\*)?\s*/gi,
    sentence: 'PostgreSQL has no TOP.',
    hint: 'Write LIMIT 10 at the end of the query, after ORDER BY.',
  },
  {
    pattern: /\blimit\s+\d+\s*,\s*\d+/gi,
    sentence: 'PostgreSQL does not know LIMIT with two numbers.',
    hint: 'Write LIMIT 10 OFFSET 20: first how many rows, then how many to skip.',
  },
  {
    pattern: /\binterval\s+[-+]?(\d+|\(?\w+\)?)\s*(second|minute|hour|day|week|month|quarter|year)?s?/gi,
    sentence: 'The amount of an interval must be quoted in PostgreSQL.',
    hint: "Write interval '30 days', or n * interval '1 day' for a computed amount.",
  },
  {
    pattern: /(?<=[-+]\s*)\d+\s+(second|minute|hour|day|week|month|quarter|year)s?\b/gi,
    sentence: 'A number with a unit of time is not an interval yet.',
    hint: "Write interval and quotes: current_date - interval '30 days'.",
  },
  {
    pattern: /\b(current_date|current_time|current_timestamp|localtime|localtimestamp)\s*\(\s*\)?/gi,
    sentence: 'current_date and its kin are written without parentheses.',
    hint: 'Write current_date, current_timestamp or now().',
  },
  {
    pattern: /\bqualify\b\s*\S*/gi,
    sentence: 'PostgreSQL has no QUALIFY.',
    hint: 'Put the window function into a sub-query and filter outside: SELECT * FROM (SELECT …, row_number() OVER (…) AS n FROM …) AS q WHERE n = 1.',
  },
  {
    pattern: /\b(un)?pivot\s*\(?/gi,
    sentence: 'PostgreSQL has no PIVOT.',
    hint: "Write one column per value: sum(total_amount) FILTER (WHERE status = 'completed') AS completed.",
  },
  {
    pattern: /\b(cross|outer)\s+apply\b/gi,
    sentence: 'PostgreSQL has no APPLY.',
    hint: 'Write CROSS JOIN LATERAL (…) AS q, or LEFT JOIN LATERAL (…) AS q ON true.',
  },
  {
    pattern: /\bminus\s+(all\s+)?select\b/gi,
    sentence: 'PostgreSQL has no MINUS between queries.',
    hint: 'Write EXCEPT.',
  },
  {
    pattern: /\b(not\s+)?(regexp|rlike)\b/gi,
    sentence: 'PostgreSQL writes regular expressions with an operator.',
    hint: "Write product_name ~* 'pattern' (without regard to case), !~* for the opposite.",
  },
  {
    pattern: /\bwith\s*\(\s*nolock\s*\)|\(\s*nolock\s*\)|\bnolock\b/gi,
    sentence: 'PostgreSQL has no table hints.',
    hint: 'Leave WITH (NOLOCK) out; readers never wait for writers.',
  },
  {
    pattern: /\b(try_cast|safe_cast)\s*\([^)]*\)?/gi,
    sentence: 'PostgreSQL has no TRY_CAST.',
    hint: "Cast where it is sure to work: CASE WHEN text ~ '^[0-9]+$' THEN text::integer END.",
  },
  {
    pattern: /\bconvert\s*\(\s*\w+(\s*\([\d, ]+\))?\s*,?/gi,
    sentence: 'PostgreSQL has no CONVERT to a type.',
    hint: "Write value::text or value::date, or to_char(order_date, 'YYYY-MM') for a date in a form of its own.",
  },
  {
    pattern: /\b(contains|startswith|starts\s+with|endswith|ends\s+with|matches|glob|containing)\s*'?/gi,
    sentence: 'PostgreSQL has no such operator for texts.',
    hint: "Write product_name ILIKE '%drill%', with % where anything may stand.",
  },
  {
    pattern: /\bin\s+(?:'[^']*'|\d+)/gi,
    sentence: 'IN needs parentheses around its list.',
    hint: "Write status IN ('completed', 'returned').",
  },
  {
    pattern:
      /(?<!\bcross\s+|\bnatural\s+)\bjoin\s+(?:lateral\s+)?[\w."]+(?:\s+(?:as\s+)?(?!on\b|using\b)\w+)?\s*(?:where|group|order|having|limit|union|left|right|inner|full|cross|join|\)|;|$)/gi,
    sentence: 'A JOIN has no condition.',
    hint: 'Write JOIN orders o ON o.store_id = s.store_id, or JOIN orders USING (store_id).',
  },
  {
    pattern: /\bseparator\b/gi,
    sentence: 'PostgreSQL has no SEPARATOR clause.',
    hint: "Write string_agg(value, ', ' ORDER BY value).",
  },
  {
    pattern: /^\s*(describe|desc|\\d\+?|\\dt|use)\b/gi,
    sentence: 'This is a command of a database client, not a query.',
    hint: 'To learn about tables and columns call the tool get_multiple_table_schemas.',
  },
  {
    pattern: /^\s*\\\w*/g,
    sentence: 'This is a command of a database client, not a query.',
    hint: 'To learn about tables and columns call the tool get_multiple_table_schemas.',
  },
  {
    pattern: /^\s*(replace|upsert|insert\s+overwrite|update|delete|insert|merge|alter|create|drop|grant|revoke)\b.*/gi,
    sentence: 'This statement would change data, and this service is read only.',
    hint: 'Send one SELECT (or WITH … SELECT) and nothing else.',
  },
  {
    pattern: /\bdeclare\s+@\w*|\bset\s+@\w*/gi,
    sentence: 'PostgreSQL has no variables in a query.',
    hint: 'Write the value where it is needed, or put it into WITH params AS (SELECT …).',
  },
  {
    pattern: /(?<![:\w]):['"]?\w+|\{\{?\w*\}?\}?|%\(\w+\)s|%s|[=<>(,]\s*\?|<\w+>/g,
    sentence: 'The query has a placeholder, but no values come with it.',
    hint: "Write the value itself into the query, text in single quotes: WHERE status = 'completed'.",
  },
  {
    pattern: /,\s*(from|where|group\s+by|order\s+by|having|limit|select|\))/gi,
    sentence: 'There is a comma before the next clause.',
    hint: 'Remove the last comma of the list.',
  },
  {
    pattern: /\bcase\b(?:(?!\bend\b)[\s\S])*?\b(from|where|group|order|as)\b/gi,
    sentence: 'A CASE is not closed.',
    hint: 'Write CASE WHEN condition THEN a ELSE b END.',
  },
  {
    pattern: /'[^'\n]*'[A-Za-z]\w*/g,
    sentence: 'A text constant ends too early.',
    hint: "Double the apostrophe inside a text: 'O''Brien'.",
  },
  {
    pattern: /\bin\s*\(\s*\)/gi,
    sentence: 'The list after IN is empty.',
    hint: 'Write at least one value, or leave the condition out.',
  },
  {
    pattern: /\bgroup\s+by\s+all\b[\s\S]*/gi,
    sentence: 'PostgreSQL has no GROUP BY ALL.',
    hint: 'Name the columns, or their positions: GROUP BY 1, 2.',
  },
  {
    pattern: /\*\s*(exclude|except|replace)\s*\(?/gi,
    sentence: 'PostgreSQL has no SELECT * EXCLUDE.',
    hint: 'Name the columns that you need.',
  },
  {
    pattern: /\blimit\b[\s\S]*?\border\b/gi,
    sentence: 'ORDER BY stands after LIMIT.',
    hint: 'Write ORDER BY first, LIMIT last.',
  },
  {
    pattern: /\bgroup\s+by\b[\s\S]*?\bwhere\b/gi,
    sentence: 'WHERE stands after GROUP BY.',
    hint: 'Write WHERE before GROUP BY; conditions on totals go into HAVING after it.',
  },
  {
    pattern: /\border\s+by\b[\s\S]*?\b(where|group|having|union)\b/gi,
    sentence: 'ORDER BY stands too early.',
    hint: 'The order is FROM, WHERE, GROUP BY, HAVING, ORDER BY, LIMIT; put parentheses around each part of a UNION that has its own ORDER BY.',
  },
  {
    pattern: /^\s*(#|\/\/).*/g,
    sentence: 'A comment begins with # or // here.',
    hint: 'Comments begin with -- in PostgreSQL; or leave them out.',
  },
  {
    pattern: /[‘’“”]/g,
    sentence: 'The text has typographic quotes.',
    hint: "Put text into straight single quotes: 'completed'.",
  },
  {
    pattern: /[!=]==|<=>=|&&&|=>/g,
    sentence: 'This operator does not exist in PostgreSQL.',
    hint: 'Compare with = and <>.',
  },
  {
    pattern:
      /(?<=[\s,(.])(order|user|group|end|desc|limit|table|from|to|when|offset|all|primary|check|default|window|analyse|column)\s*(?=[=<>,)]|\b(?:is|like|in|from)\b|$)/gi,
    sentence: 'A word of the language stands where a name should be.',
    hint: 'Put a name that is also a keyword into double quotes, or take another alias.',
  },
  {
    pattern: /\bdistinct\s+on\s+\w*/gi,
    sentence: 'DISTINCT ON needs parentheses.',
    hint: 'Write SELECT DISTINCT ON (customer_id) … ORDER BY customer_id, order_date DESC.',
  },
  { pattern: /\b(form|fromm|frm|fro)\b\s*\S*/gi, sentence: 'FROM is misspelled.', hint: 'Write SELECT … FROM ….' },
  {
    pattern: /^\s*(?!select\b|with\b|values\b|table\b)\w+/gi,
    sentence: 'A query begins with SELECT, WITH, VALUES or TABLE.',
    hint: 'Send one PostgreSQL SELECT.',
  },
]

/** Postgres' messages that stand for themselves. */
export const MESSAGES: readonly Habit[] = [
  {
    pattern: /unterminated quoted string/,
    sentence: 'A text constant is not closed.',
    hint: "Close it with a single quote, and double the apostrophe inside a text: 'O''Brien'.",
  },
  {
    pattern: /unterminated quoted identifier/,
    sentence: 'A name in double quotes is not closed.',
    hint: 'Close it with a double quote; text goes into single quotes.',
  },
  {
    pattern: /unterminated \/\* comment/,
    sentence: 'A comment is not closed.',
    hint: 'Close it with */ or leave it out.',
  },
  {
    pattern: /unterminated dollar-quoted/,
    sentence: 'A text in dollar quotes is not closed.',
    hint: "Write text in single quotes: 'completed'.",
  },
  {
    pattern: /trailing junk after/,
    sentence: 'A number runs into a letter.',
    hint: 'Put a blank after the number; a name that begins with a digit needs double quotes.',
  },
  {
    pattern: /zero-length delimited identifier/,
    sentence: 'A name in double quotes is empty.',
    hint: "An empty text is written ''.",
  },
  { pattern: /WITH TIES cannot/, sentence: 'WITH TIES needs ORDER BY.', hint: 'Add ORDER BY, or write LIMIT instead.' },
  {
    pattern: /LIMIT #,#/,
    sentence: 'PostgreSQL does not know LIMIT with two numbers.',
    hint: 'Write LIMIT 10 OFFSET 20: first how many rows, then how many to skip.',
  },
  {
    pattern: /too many dotted names|improper/,
    sentence: 'A name has too many parts.',
    hint: 'Write retail.orders for a table and o.order_date for a column.',
  },
  {
    pattern: /[Uu]nicode (escape|surrogate)|escape string/,
    sentence: 'A Unicode escape is not valid.',
    hint: 'Write the character itself.',
  },
]
