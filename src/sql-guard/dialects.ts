/** Functions of other SQL dialects, as models write them out of habit, and what PostgreSQL offers for each. */

/** One habit: the names that show it and what to write instead. */
export interface Dialect {
  readonly names: string
  readonly write: string
}

/** Names are separated by blanks; `{}` in the answer stands for the name. */
export const DIALECT_FUNCTIONS: readonly Dialect[] = [
  {
    names: 'getdate getutcdate sysdate sysdatetime sysutcdatetime systimestamp utc_timestamp current_datetime today',
    write: 'Write now() for the moment or current_date for the day.',
  },
  { names: 'curdate utc_date', write: 'Write current_date.' },
  { names: 'curtime', write: 'Write localtime.' },
  {
    names: 'dateadd date_sub adddate subdate timestampadd timestamp_add timestamp_sub datetime_add datetime_sub',
    write: "Add or subtract an interval: order_date - interval '30 days'.",
  },
  { names: 'add_months', write: "Add an interval: order_date + interval '3 months'." },
  {
    names: 'datediff date_diff timestampdiff timestamp_diff datetime_diff',
    write:
      'Subtract: (a::date - b::date) gives days; extract(epoch FROM a - b) / 3600 gives hours; age(a, b) gives years and months.',
  },
  { names: 'months_between', write: 'Write extract(year FROM age(a, b)) * 12 + extract(month FROM age(a, b)).' },
  {
    names:
      'year month day hour minute second quarter week weekofyear yearweek dayofmonth dayofyear isoweek datepart date_extract',
    write:
      "Write extract(year FROM order_date); the same with month, day, hour, quarter or week. To group, date_trunc('month', order_date).",
  },
  { names: 'dayofweek weekday', write: 'Write extract(isodow FROM order_date): Monday is 1, Sunday is 7.' },
  {
    names: 'monthname dayname datename format_date date_format format_timestamp format_datetime strftime to_varchar',
    write: "Write to_char(order_date, 'YYYY-MM'); 'Mon' and 'Day' give names.",
  },
  { names: 'last_day eomonth', write: "Write (date_trunc('month', order_date) + interval '1 month - 1 day')::date." },
  {
    names: 'datetrunc timestamp_trunc datetime_trunc tostartofmonth tostartofweek tostartofday tostartofyear',
    write: "Write date_trunc('month', order_date).",
  },
  {
    names: 'str_to_date parse_date date_parse parse_timestamp todate datefromparts',
    write: "Write date '2026-01-31', to_date(text, 'YYYY-MM-DD') or make_date(2026, 1, 31).",
  },
  { names: 'julianday', write: 'Subtract dates: a::date - b::date gives days.' },
  { names: 'unix_timestamp unixepoch to_unixtime', write: 'Write extract(epoch FROM order_date).' },
  { names: 'from_unixtime', write: 'Write to_timestamp(seconds).' },
  {
    names: 'convert_tz from_utc_timestamp to_utc_timestamp convert_timezone',
    write: "Write order_date AT TIME ZONE 'America/Los_Angeles'.",
  },
  { names: 'ifnull isnull nvl zn', write: 'Write coalesce(value, 0).' },
  { names: 'nvl2 if iif decode choose', write: 'Write CASE WHEN condition THEN a ELSE b END.' },
  { names: 'nullifzero div0 safe_divide divide_safe', write: 'Write a / nullif(b, 0).' },
  { names: 'zeroifnull', write: 'Write coalesce(value, 0).' },
  {
    names: 'group_concat listagg wm_concat collect_list collect_set array_join concat_agg',
    write: "Write string_agg(value, ', ' ORDER BY value), or array_agg(value) for a list.",
  },
  { names: 'array_concat_agg arrayagg grouparray', write: 'Write array_agg(value).' },
  { names: 'json_arrayagg json_group_array', write: 'Write jsonb_agg(value).' },
  { names: 'json_objectagg json_group_object', write: 'Write jsonb_object_agg(key, value).' },
  {
    names: 'json_extract json_value json_query get_json_object json_unquote parse_json json_extract_scalar',
    write: "Read a field with document->>'name'.",
  },
  { names: 'row_to_json', write: 'Write to_jsonb(alias), or jsonb_build_object with the columns you need.' },
  { names: 'object_construct struct named_struct map', write: "Write jsonb_build_object('name', value, …)." },
  { names: 'countif count_if', write: 'Write count(*) FILTER (WHERE condition).' },
  { names: 'sumif avgif averageif sum_if sumifs countifs', write: 'Write sum(value) FILTER (WHERE condition).' },
  {
    names: 'count_distinct approx_count_distinct approx_distinct uniq uniqexact hll_count',
    write: 'Write count(DISTINCT value).',
  },
  {
    names: 'median approx_percentile percentile percentile_approx quantile approx_quantiles percentile_cont_if',
    write: 'Write percentile_cont(0.5) WITHIN GROUP (ORDER BY value).',
  },
  {
    names: 'first last first_agg last_agg arg_max arg_min max_by min_by argmax argmin',
    write: 'Write (array_agg(a ORDER BY b DESC))[1], or DISTINCT ON (key) … ORDER BY key, b DESC.',
  },
  { names: 'stdev stdevp stddevp', write: 'Write stddev_samp(value) or stddev_pop(value).' },
  { names: 'ratio_to_report', write: 'Write value / sum(value) OVER ().' },
  { names: 'len strlen', write: 'Write length(text).' },
  { names: 'charindex instr locate patindex', write: 'Write strpos(text, part).' },
  { names: 'substring_index', write: "Write split_part(text, ',', 1)." },
  { names: 'mid', write: 'Write substr(text, start, length).' },
  { names: 'ucase', write: 'Write upper(text).' },
  { names: 'lcase', write: 'Write lower(text).' },
  { names: 'replicate space', write: "Write repeat('#', 10) with a constant length." },
  {
    names: 'string_split split strsplit',
    write: "Write string_to_array(text, ',') for a list, or string_to_table(text, ',') in FROM for rows.",
  },
  { names: 'explode flatten posexplode', write: 'Write unnest(list), or jsonb_array_elements(document), in FROM.' },
  {
    names: 'contains containstable freetext match',
    write: "Write text ILIKE '%word%', or to_tsvector('english', text) @@ websearch_to_tsquery('english', 'words').",
  },
  { names: 'startswith', write: 'Write starts_with(text, start).' },
  { names: 'endswith ends_with', write: "Write text LIKE '%end'." },
  {
    names: 'regexp_extract regexp_extract_all',
    write: 'Write regexp_substr(text, pattern) or (regexp_match(text, pattern))[1].',
  },
  { names: 'regexp_contains rlike regexp', write: 'Write text ~ pattern (~* without case).' },
  {
    names: 'format',
    write: "Put text together with || or concat(…), and format numbers with to_char(value, 'FM999,990.00').",
  },
  { names: 'str tochar to_string tostring char', write: 'Write value::text.' },
  {
    names: 'convert try_convert try_cast safe_cast to_integer toint64 to_decimal to_double tofloat cast_as',
    write: 'Write value::integer, value::numeric or value::date.',
  },
  { names: 'isnumeric', write: "Write text ~ '^[0-9.]+$'." },
  { names: 'truncate', write: 'Write trunc(value, 2).' },
  { names: 'log2', write: 'Write log(2, value).' },
  { names: 'square', write: 'Write value ^ 2.' },
  {
    names: 'rand random newid uuid gen_random_uuid generate_uuid random_normal',
    write: 'Answers must be repeatable; take some rows with ORDER BY md5(order_id::text) LIMIT 100.',
  },
  { names: 'top', write: 'Write LIMIT 10 at the end of the query, after ORDER BY.' },
  { names: 'rownum', write: 'Write row_number() OVER (ORDER BY …), or LIMIT.' },
  {
    names: 'sequence generate_date_array generate_array numbers range',
    write: 'Write generate_series(start, stop, step).',
  },
  { names: 'array_contains contains_array has', write: 'Write value = ANY (list).' },
  { names: 'array_size size', write: 'Write cardinality(list).' },
  {
    names:
      'similarity word_similarity strict_word_similarity levenshtein soundex metaphone dmetaphone difference editdistance',
    write:
      "It is not installed; use ILIKE, or to_tsvector('english', text) @@ websearch_to_tsquery('english', 'words'). For products by meaning use the tool semantic_search_products.",
  },
  { names: 'unaccent', write: 'It is not installed; use ILIKE with _ in place of the accented letter.' },
  { names: 'crosstab pivot', write: 'Write one sum(value) FILTER (WHERE key = …) per column.' },
  { names: 'greatest_date', write: 'Write greatest(a, b).' },
]
