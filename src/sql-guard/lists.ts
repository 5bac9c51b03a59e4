/**
 * Everything that the guard lets through, and why. Whatever is not named here is refused: a grammar that grows with
 * the next Postgres fails closed. The database has walls of its own; these lists are for clear errors and for depth.
 */

/** Splits a list that is written as words. */
const words = (text: string): readonly string[] => text.trim().split(/\s+/)

/** The schema of the retail tables; the search path of the login role, so that it may be left out. */
export const SCHEMA = 'retail'

/** What may stand in FROM, besides the statement's own WITH names. Service tables live in schemas out of reach. */
export const RELATIONS = words(
  'stores customers categories product_types products orders order_items inventory product_description_embeddings',
)

/** Bounds on a statement. The parser, the planner and our own walk cost time and memory in proportion to these. */
export const LIMITS = {
  /** UTF-8 bytes of SQL. */
  bytes: 8000,
  nodes: 4000,
  /** Nesting of nodes. It also bounds the recursion of the growth analysis, which is why that may recurse. */
  depth: 120,
  /** Tables named in FROM; join planning grows fast with it. */
  relations: 16,
  /** Queries in WITH. */
  withQueries: 12,
  outputColumns: 100,
  /** Openings of block comments: nested ones are lexed in quadratic time. */
  commentOpenings: 40,
  /** Grouping sets after CUBE and ROLLUP are multiplied out. */
  groupingSets: 64,
  /** Length that `lpad`, `rpad` and `repeat` may ask for. */
  pad: 1000,
} as const

/** Node types with the fields they may carry. A clause that is missing here cannot be used. */
export const NODES: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    // Without intoClause (makes a table) and lockingClause (takes locks).
    SelectStmt: `distinctClause targetList fromClause whereClause groupClause groupDistinct havingClause windowClause
      valuesLists sortClause limitOffset limitCount limitOption withClause op all larg rarg`,
    WithClause: 'ctes location', // without recursive: it makes rows out of nothing
    CommonTableExpr: 'ctename aliascolnames ctematerialized ctequery location', // without search and cycle
    ResTarget: 'name val location indirection',
    RangeVar: 'schemaname relname inh relpersistence alias location', // without catalogname
    RangeSubselect: 'lateral subquery alias',
    RangeFunction: 'lateral ordinality functions alias', // without ROWS FROM and column definitions
    JoinExpr: 'jointype isNatural larg rarg usingClause quals alias rtindex join_using_alias',
    Alias: 'aliasname colnames',
    SortBy: 'node sortby_dir sortby_nulls location', // without USING operator
    WindowDef: 'name refname partitionClause orderClause frameOptions startOffset endOffset location',
    GroupingSet: 'kind content location',
    GroupingFunc: 'args location',
    FuncCall: 'funcname args funcformat location agg_star over agg_filter agg_order agg_within_group agg_distinct', // without VARIADIC
    NamedArgExpr: 'name arg argnumber location',
    ColumnRef: 'fields location',
    A_Star: '',
    A_Const: 'ival fval sval boolval isnull location',
    A_Expr: 'kind name lexpr rexpr location rexpr_list_start rexpr_list_end',
    A_ArrayExpr: 'elements location list_start list_end',
    A_Indirection: 'arg indirection',
    A_Indices: 'is_slice lidx uidx',
    BoolExpr: 'boolop args location',
    NullTest: 'arg nulltesttype location argisrow',
    BooleanTest: 'arg booltesttype location',
    TypeCast: 'arg typeName location',
    TypeName: 'names typmods typemod arrayBounds location', // without SETOF and %TYPE
    CaseExpr: 'arg args defresult location',
    CaseWhen: 'expr result location',
    CoalesceExpr: 'args location',
    MinMaxExpr: 'op args location',
    SubLink: 'subLinkType testexpr operName subselect location',
    RowExpr: 'args row_format location',
    SQLValueFunction: 'op typmod location',
    CollateClause: 'arg collname location',
    List: 'items',
    String: 'sval',
    Integer: 'ival',
    Float: 'fval',
    Boolean: 'boolval',
  }).map(([type, fields]) => [type, new Set(words(fields))]),
)

/** Fields that hold the bare fields of one type instead of a tagged node. */
export const BARE_FIELDS: ReadonlyMap<string, string> = new Map([
  ['typeName', 'TypeName'],
  ['alias', 'Alias'],
  ['join_using_alias', 'Alias'],
  ['withClause', 'WithClause'],
  ['over', 'WindowDef'],
  ['collClause', 'CollateClause'],
])

/** Aggregates whose result grows with every row; Postgres keeps all of it in memory. */
export const UNBOUNDED_AGGREGATES = new Set(
  words('string_agg array_agg json_agg jsonb_agg json_object_agg jsonb_object_agg'),
)

/** Aggregates with a result of fixed or of one value's size. */
const AGGREGATES = words(`
  count sum avg min max stddev stddev_samp stddev_pop variance var_samp var_pop corr covar_pop covar_samp
  regr_slope regr_intercept regr_r2 regr_count regr_avgx regr_avgy regr_sxx regr_sxy regr_syy
  bool_and bool_or every any_value bit_and bit_or bit_xor`)

/** Aggregates over an order of their own: the only ones that take WITHIN GROUP. */
export const ORDERED_SET_AGGREGATES = new Set(
  words('percentile_cont percentile_disc mode rank dense_rank percent_rank cume_dist'),
)

/** Functions that need a window. */
const WINDOW = words(
  'row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value',
)

/** Functions that turn one value into rows; the only ones that may stand in FROM. */
export const ROW_FUNCTIONS = new Set(
  words(`
  generate_series generate_subscripts unnest string_to_table regexp_split_to_table regexp_matches
  jsonb_array_elements jsonb_array_elements_text jsonb_each jsonb_each_text jsonb_object_keys
  json_array_elements json_array_elements_text json_each json_each_text json_object_keys string_to_array`),
)

/** Functions by group. All are pure or depend on the transaction's start only, bounded in memory, and tell nothing of the server. */
export const FUNCTION_GROUPS: readonly { readonly reason: string; readonly names: readonly string[] }[] = [
  { reason: 'totals and statistics', names: AGGREGATES },
  { reason: 'lists and documents out of rows; budgeted by the growth analysis', names: [...UNBOUNDED_AGGREGATES] },
  { reason: 'medians, percentiles, modes', names: [...ORDERED_SET_AGGREGATES] },
  { reason: 'ranks, running values, neighbours', names: WINDOW },
  { reason: 'calendars, lists and documents into rows', names: [...ROW_FUNCTIONS] },
  {
    reason: 'arithmetic; without factorial (its size explodes) and random (an answer could not be asked for again)',
    names:
      words(`abs ceil ceiling floor round trunc power pow sqrt cbrt ln log log10 exp mod div sign gcd lcm width_bucket scale
      trim_scale pi degrees radians sin cos tan asin acos atan atan2 num_nulls num_nonnulls`),
  },
  {
    reason: 'text; repeat and the pads only with a small constant length',
    names:
      words(`lower upper initcap length char_length character_length octet_length substring substr left right btrim ltrim
      rtrim trim replace split_part strpos position concat concat_ws reverse starts_with translate overlay lpad rpad repeat
      ascii chr md5 like_escape similar_to_escape to_char to_number`),
  },
  {
    reason: 'regular expressions; never over aggregated text, which could hold the processor',
    names: words(
      `regexp_replace regexp_match regexp_count regexp_substr regexp_like regexp_instr regexp_split_to_array`,
    ),
  },
  {
    reason: 'dates; without clock_timestamp (it would time the rows of others)',
    names:
      words(`date_trunc date_part extract age now transaction_timestamp statement_timestamp date make_date make_time
      make_timestamp make_timestamptz make_interval to_date to_timestamp justify_days justify_hours justify_interval
      date_bin date_add date_subtract timezone overlaps isfinite`),
  },
  { reason: 'ranges', names: words('daterange tsrange tstzrange numrange int4range int8range isempty') },
  {
    reason: 'arrays; without array_fill (any size out of nothing)',
    names:
      words(`cardinality array_length array_lower array_upper array_position array_positions array_remove array_append
      array_prepend array_cat array_to_string trim_array`),
  },
  {
    reason: 'documents; without jsonpath (its results multiply) and row_to_json (use to_jsonb)',
    names:
      words(`to_json to_jsonb jsonb_build_object json_build_object jsonb_build_array json_build_array jsonb_array_length
      json_array_length jsonb_typeof json_typeof jsonb_extract_path jsonb_extract_path_text json_extract_path
      json_extract_path_text jsonb_set jsonb_strip_nulls`),
  },
  {
    reason:
      'full text; without ts_stat and ts_rewrite (they run their argument) and ts_headline (its markers multiply)',
    names: words(
      'to_tsvector to_tsquery plainto_tsquery phraseto_tsquery websearch_to_tsquery ts_rank ts_rank_cd setweight numnode',
    ),
  },
  {
    reason: 'vectors',
    names: words('cosine_distance l2_distance l1_distance inner_product vector_dims vector_norm l2_normalize'),
  },
]

/** Every function that may be called, by plain name or as `pg_catalog.name`. */
export const FUNCTIONS: ReadonlySet<string> = new Set(FUNCTION_GROUPS.flatMap((group) => group.names))

/** Aggregates of every kind: a query without GROUP BY that uses one has one row. */
export const ALL_AGGREGATES: ReadonlySet<string> = new Set([
  ...AGGREGATES,
  ...UNBOUNDED_AGGREGATES,
  'percentile_cont',
  'percentile_disc',
  'mode',
])

/** Types of a fixed, small size. */
export const FIXED_TYPES = new Set(
  words(`bool boolean int2 int4 int8 smallint integer bigint float4 float8 real date time timetz timestamp timestamptz
    interval uuid regconfig daterange tsrange tstzrange int4range int8range`),
)

/** Types to cast to. Without the catalogue's own (regclass, oid: they probe for names), xml and jsonpath. */
export const TYPES: ReadonlySet<string> = new Set([
  ...FIXED_TYPES,
  ...words('numeric decimal numrange text varchar bpchar char json jsonb vector halfvec tsvector tsquery'),
])

/** Schemas that may stand before a type: the grammar writes the first, the vector extension lives in the second. */
export const TYPE_SCHEMAS = new Set(words('pg_catalog ext'))

/** Operators, unqualified. Without `@?` (jsonpath). */
export const OPERATORS = new Set(
  words(`= <> != < > <= >= + - * / % ^ |/ ||/ @ & | || ~ ~* !~ !~* ~~ !~~ ~~* !~~* ^@
    -> ->> #> #>> @> <@ && ? ?| ?& @@ <=> <-> <#> <+>`),
)

/** What an expression with an operator may be: comparison, IN, LIKE, BETWEEN, NULLIF, IS DISTINCT FROM. */
export const EXPRESSION_KINDS = new Set(
  words(`AEXPR_OP AEXPR_OP_ANY AEXPR_OP_ALL AEXPR_DISTINCT AEXPR_NOT_DISTINCT AEXPR_NULLIF AEXPR_IN AEXPR_LIKE AEXPR_ILIKE
    AEXPR_SIMILAR AEXPR_BETWEEN AEXPR_NOT_BETWEEN AEXPR_BETWEEN_SYM AEXPR_NOT_BETWEEN_SYM`),
)

/** Keywords that stand for values. Without current_user and its kin: they name the service's login. */
export const VALUE_KEYWORDS = new Set(
  words(`SVFOP_CURRENT_DATE SVFOP_CURRENT_TIMESTAMP SVFOP_CURRENT_TIMESTAMP_N SVFOP_LOCALTIMESTAMP
    SVFOP_LOCALTIMESTAMP_N SVFOP_CURRENT_TIME SVFOP_CURRENT_TIME_N SVFOP_LOCALTIME SVFOP_LOCALTIME_N`),
)

/** Columns that Postgres adds to every table; they show how much other stores write. `rls_user_id` is the sample schema's tenant column. */
export const HIDDEN_COLUMNS = new Set(words('ctid xmin xmax cmin cmax tableoid rls_user_id'))

/**
 * Functions that a row can be given to by writing them like a column (`o.row_to_json`, `(o).row_to_json`), where no call stands
 * in the tree, and that are not on the list of functions. Those that begin with pg_ are refused by that. A test asks Postgres
 * which ones there are.
 */
export const FUNCTIONS_LIKE_COLUMNS = new Set(
  words(`row_to_json record_out record_send hash_record hash_record_extended json_agg_strict jsonb_agg_strict
    quote_literal quote_nullable any_out anyelement_out anynonarray_out anycompatible_out anycompatiblenonarray_out`),
)
