/** Sentences for values whose types do not go together. */
import type { Lesson } from './refusal.ts'
import type { Facts } from './state-lesson.ts'

/** Type names are Postgres' own words: they may be shown, and nothing else of a message. */
const TYPE = String.raw`(timestamp with(?:out)? time zone|time with(?:out)? time zone|double precision|character varying|smallint|integer|bigint|numeric|real|text|character|boolean|date|interval|uuid|jsonb?|vector|record|unknown|tsvector|tsquery)((?:\[\])?)`
const BINARY = new RegExp(`^operator does not exist: ${TYPE} (\\S{1,4}) ${TYPE}$`)
const NUMBER = /^(smallint|integer|bigint|numeric|real|double precision)$/
const MOMENT = /^(timestamp|date)/
const TEXT = /^(text|character|unknown)/

/** 42883: no operator or function takes these types. */
export function teachSignature(facts: Facts): Lesson {
  const binary = BINARY.exec(facts.message)
  if (binary !== null)
    return teachOperator(binary[1] ?? '', binary[3] ?? '', binary[4] ?? '', binary[2] === '[]' || binary[5] === '[]')
  const call = /^function (?:\w+\.)?(\w+)\((.*)\)/.exec(facts.message)
  if (call !== null) return teachCall(facts, call[1] ?? '', call[2] ?? '')
  return {
    sentence: 'An operator or function does not exist for values of these types.',
    hint: 'Cast one side: value::numeric, value::text, value::date.',
  }
}

/** How a caller writes the operators that Postgres calls otherwise. */
const WRITTEN: Readonly<Record<string, string>> = {
  '~~': 'LIKE',
  '!~~': 'NOT LIKE',
  '~~*': 'ILIKE',
  '!~~*': 'NOT ILIKE',
}
const shownType = (type: string) => (type === 'unknown' ? 'text' : type)

function teachOperator(left: string, operator: string, right: string, isList: boolean): Lesson {
  const shown = `${shownType(left)} ${WRITTEN[operator] ?? operator} ${shownType(right)}`
  const sentence = `There is no operator ${shown}${isList ? ', one of them a list' : ''}.`
  if (isList) return { sentence, hint: 'Compare one value with a list by = ANY (list), and two lists with && or @>.' }
  if (/^timestamp/.test(left) && NUMBER.test(right) && /[-+]/.test(operator)) {
    return {
      sentence,
      hint: "Add or subtract an interval: now() - interval '30 days', or n * interval '1 day' for a computed number.",
    }
  }
  if ((left === 'interval' && NUMBER.test(right)) || (NUMBER.test(left) && right === 'interval')) {
    return {
      sentence,
      hint: "Compare with an interval (> interval '30 days'), or take a number out of it: extract(epoch FROM value) / 86400 for days.",
    }
  }
  if (MOMENT.test(left) && NUMBER.test(right))
    return {
      sentence,
      hint: "Compare parts: extract(year FROM order_date) = 2026, or order_date::date = date '2026-01-31'.",
    }
  if (MOMENT.test(left) && MOMENT.test(right))
    return { sentence, hint: 'Dates are subtracted or compared: a - b, a < b.' }
  if (MOMENT.test(left) && TEXT.test(right))
    return /~/.test(operator)
      ? {
          sentence,
          hint: "Text patterns work on text only: to_char(order_date, 'YYYY-MM') = '2026-01', or order_date >= '2026-01-01'.",
        }
      : { sentence, hint: 'Cast the text: value::date or value::timestamptz.' }
  if (/^#?->>?$/.test(operator) && TEXT.test(left))
    return {
      sentence,
      hint: '->> gives text, which has no fields: use -> for every step but the last, or cast the text with ::jsonb.',
    }
  if (/~/.test(operator)) return { sentence, hint: 'LIKE and regular expressions work on text: cast with ::text.' }
  if (left === 'uuid' || right === 'uuid')
    return {
      sentence,
      hint: 'Ids are UUIDs: compare them with each other or with a quoted UUID, or look the row up by its name.',
    }
  if ((TEXT.test(left) && NUMBER.test(right)) || (NUMBER.test(left) && TEXT.test(right))) {
    return /[-+*/%]/.test(operator)
      ? { sentence, hint: 'Cast the text to a number: value::numeric. Text is joined with ||.' }
      : { sentence, hint: 'Cast one side: value::integer, or put the number into single quotes.' }
  }
  if (left === 'boolean' || right === 'boolean')
    return { sentence, hint: 'Write is_online or NOT is_online; to count, count(*) FILTER (WHERE is_online).' }
  return { sentence, hint: 'Cast one side so that both types fit: value::numeric, value::text, value::date.' }
}

/** `name` is shown only when the caller wrote it. */
function teachCall(facts: Facts, name: string, types: string): Lesson {
  const own = new RegExp(`\\b${name}\\b`, 'i').test(facts.text)
  const sentence = own
    ? `${name} does not take values of these types or this many.`
    : 'A function does not take values of these types or this many.'
  const hint = CALL_HINTS.find(({ call, given }) => call.test(name) && given.test(types))?.hint
  return {
    sentence,
    hint: hint ?? 'Check the number of arguments, and cast them: value::numeric, value::text, value::date.',
  }
}

const CALL_HINTS: readonly { readonly call: RegExp; readonly given: RegExp; readonly hint: string }[] = [
  {
    call: /^(round|trunc)$/,
    given: /^(double precision|real), /,
    hint: 'Cast to numeric first: round(value::numeric, 2).',
  },
  {
    call: /^round$/,
    given: /^(interval|timestamp|date)/,
    hint: 'Take a number out of it first: round(extract(epoch FROM a - b) / 86400, 1).',
  },
  {
    call: /^(sum|avg)$/,
    given: /^boolean/,
    hint: 'Count with a filter: count(*) FILTER (WHERE is_online), or sum(is_online::int).',
  },
  {
    call: /^(sum|avg|stddev|variance|round|abs|ceil|floor)/,
    given: /^(text|character|unknown)/,
    hint: 'Cast the text to a number: sum(value::numeric).',
  },
  {
    call: /^(sum|avg)$/,
    given: /^(timestamp|date)/,
    hint: 'Average the seconds: to_timestamp(avg(extract(epoch FROM order_date))).',
  },
  { call: /^(max|min)$/, given: /^boolean/, hint: 'Use bool_or(value) or bool_and(value).' },
  {
    call: /^(max|min)$/,
    given: /^uuid/,
    hint: 'UUIDs have no order here; take (array_agg(id))[1], or cast with ::text.',
  },
  { call: /^count$/, given: /,/, hint: 'Count combinations with count(DISTINCT (a, b)).' },
  {
    call: /^(date_trunc|date_part|extract|to_char|age|timezone)$/,
    given: /^(unknown|text), (text|character|unknown)|^(text|character)/,
    hint: "Cast the text to a date first: date_trunc('month', value::date).",
  },
  {
    call: /^(date_part|extract)$/,
    given: /integer|bigint/,
    hint: 'The difference of two dates is already a number of days; leave extract out.',
  },
  {
    call: /^date$/,
    given: /,/,
    hint: "Add or subtract an interval: order_date - interval '7 days'.",
  },
  { call: /^date_trunc$/, given: /^(timestamp|date)/, hint: "The unit comes first: date_trunc('month', order_date)." },
  {
    call: /^generate_series$/,
    given: /^(date|timestamp).*(, (integer|date|timestamp\S* .*zone))?$/,
    hint: "Give the step as an interval: generate_series(start, stop, interval '1 day').",
  },
  { call: /^string_agg$/, given: /^[^,]*$/, hint: "Give a separator: string_agg(value, ', ')." },
  { call: /^string_agg$/, given: /^(?!text|character)/, hint: "Cast to text: string_agg(value::text, ', ')." },
  {
    call: /^(substr|substring|left|right|lower|upper|length|split_part|replace|concat_ws|btrim|ltrim|rtrim|strpos)$/,
    given: /^(uuid|numeric|integer|bigint|date|timestamp|double|boolean|interval)/,
    hint: 'Cast to text first: left(value::text, 10); for dates use to_char.',
  },
  {
    call: /^(mod|div|power|log|ln|sqrt|exp)$/,
    given: /double precision/,
    hint: 'Cast to numeric: mod(value::numeric, 10).',
  },
  {
    call: /^(percentile_cont|percentile_disc)$/,
    given: /./,
    hint: 'Write percentile_cont(0.5) WITHIN GROUP (ORDER BY value) over numbers or intervals.',
  },
  {
    call: /^to_date$/,
    given: /^[^,]*$|^(timestamp|date|integer)/,
    hint: "Give text and its form: to_date('2026-01-31', 'YYYY-MM-DD'); a timestamp is cast with ::date.",
  },
  { call: /^(coalesce|nullif|greatest|least)$/, given: /./, hint: 'Give values of one type.' },
]

/** 42804: values of different types where one is needed. */
export function teachMismatch(facts: Facts): Lesson {
  const { message } = facts
  const cases: readonly (readonly [RegExp, string, string])[] = [
    [
      /^(UNION|INTERSECT|EXCEPT)/,
      'The sides of a UNION, INTERSECT or EXCEPT have columns of different types.',
      'Cast them to one type: value::text on both sides.',
    ],
    [
      /^CASE/,
      'The branches of a CASE have different types.',
      "Give all branches one type: cast numbers with ::text, or write NULL instead of ''.",
    ],
    [
      /^(COALESCE|GREATEST|LEAST|NULLIF)/,
      'The arguments have different types.',
      "Give them one type: coalesce(value, 0) for numbers, coalesce(value::text, 'none') for text.",
    ],
    [
      /must be type boolean|must return type boolean/,
      'A condition is not true or false here.',
      "Write a comparison: WHERE quantity > 0, WHERE status = 'completed'.",
    ],
    [/^JOIN\/USING|JOIN/, 'The joined columns have different types.', 'Join columns of one type, or cast one of them.'],
    [/^(ARRAY|VALUES|IN)/, 'The values of a list have different types.', 'Cast them to one type.'],
    [/LIMIT|OFFSET/, 'LIMIT and OFFSET need whole numbers.', 'Write LIMIT 10.'],
  ]
  const known = cases.find(([pattern]) => pattern.test(message))
  return known === undefined
    ? {
        sentence: 'Values of different types stand where one type is needed.',
        hint: 'Cast them: value::numeric, value::text, value::date.',
      }
    : { sentence: known[1], hint: known[2] }
}

/** 42846: a cast that does not exist. */
export function teachCast(facts: Facts): Lesson {
  const types = new RegExp(`^cannot cast type ${TYPE} to ${TYPE}`).exec(facts.message)
  const sentence = types === null ? 'There is no such cast.' : `${types[1]} cannot be cast to ${types[3]}.`
  if (types?.[1] === 'interval')
    return { sentence, hint: 'Take a number out of it: extract(epoch FROM value) / 86400 gives days.' }
  if (MOMENT.test(types?.[1] ?? ''))
    return {
      sentence,
      hint: "Take a part: extract(year FROM order_date), or to_char(order_date, 'YYYYMMDD')::integer.",
    }
  if (MOMENT.test(types?.[3] ?? ''))
    return {
      sentence,
      hint: "Build the date: make_date(2026, 1, 31), to_date(value::text, 'YYYYMMDD') or to_timestamp(seconds).",
    }
  if (types?.[1] === 'boolean')
    return { sentence, hint: 'Cast to integer first (value::int), or write CASE WHEN value THEN 1 ELSE 0 END.' }
  return { sentence, hint: 'Cast through text: value::text::numeric.' }
}

/** 22P02: a text that is not a value of its type. */
export function teachInput(facts: Facts): Lesson {
  const type = new RegExp(`type ${TYPE}`).exec(facts.message)?.[1]
  const sentence = `A text is not a valid ${type ?? 'value of its type'}.`
  if (type === 'uuid')
    return {
      sentence,
      hint: "Ids are UUIDs; to find a row by its name compare the name: WHERE store_name = 'Seattle'.",
    }
  if (type === 'json' || type === 'jsonb') return { sentence, hint: 'JSON needs double quotes around keys and texts.' }
  if (type === 'boolean') return { sentence, hint: 'Write true or false.' }
  if (type === 'vector') return { sentence, hint: "Write a vector as '[0.1, 0.2]'." }
  if (/malformed array/.test(facts.message))
    return { sentence: 'A text is not a valid list.', hint: "Write array['a', 'b'], or string_to_array(text, ',')." }
  return {
    sentence,
    hint: "Give all values of a CASE, COALESCE or UNION one type: NULL or 0 beside numbers, value::text beside texts. Cast only text that fits: CASE WHEN value ~ '^[0-9.]+$' THEN value::numeric END.",
  }
}
