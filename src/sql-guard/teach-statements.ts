/** Sentences for statements that are not queries. The first words are what the caller wrote, not the parser's name for it. */
import type { Lesson } from './refusal.ts'

const ONE_SELECT = 'Send one SELECT (or WITH … SELECT) and nothing else.'

/** Parser's name → what it is called, what it would do, and what to do instead when that is not just "do not". */
const STATEMENTS: Readonly<Record<string, readonly [name: string, effect: string, hint?: string]>> = {
  InsertStmt: ['INSERT', 'would change data'],
  UpdateStmt: ['UPDATE', 'would change data', 'To see what would change, send the SELECT with the same WHERE.'],
  DeleteStmt: ['DELETE', 'would change data', 'To see what would go, send the SELECT with the same WHERE.'],
  MergeStmt: ['MERGE', 'would change data'],
  TruncateStmt: ['TRUNCATE', 'would delete data'],
  CopyStmt: ['COPY', 'would move files', 'Send the SELECT inside it; the rows come back as the answer.'],
  ExplainStmt: [
    'EXPLAIN',
    "would show the volume of other stores' data",
    'Send the query itself and set the argument "explain" to true.',
  ],
  VariableSetStmt: [
    'SET',
    'would change settings',
    "Write the setting into the query: a date with its time zone (order_date AT TIME ZONE 'America/Los_Angeles'), a table with its schema (retail.orders).",
  ],
  VariableShowStmt: [
    'SHOW',
    'would show settings',
    'To learn about tables and columns call the tool get_multiple_table_schemas.',
  ],
  AlterSystemStmt: ['ALTER SYSTEM', 'would change settings'],
  TransactionStmt: [
    'A transaction command',
    'would end the transaction that your query runs in',
    'Send the SELECT by itself; every query already runs in a read-only transaction.',
  ],
  DoStmt: ['DO', 'would run a program', 'Write what it computes as one SELECT.'],
  CallStmt: ['CALL', 'would run a procedure'],
  PrepareStmt: ['PREPARE', 'would leave state behind', 'Send the SELECT itself with its values written in.'],
  ExecuteStmt: ['EXECUTE', 'would run a prepared statement', 'Send the SELECT itself with its values written in.'],
  DeallocateStmt: ['DEALLOCATE', 'would change the session'],
  DeclareCursorStmt: [
    'DECLARE',
    'would leave a cursor behind',
    'Send the SELECT itself; a long answer is continued by the tool.',
  ],
  FetchStmt: ['FETCH', 'would read a cursor', 'Send the SELECT itself with LIMIT and OFFSET.'],
  ClosePortalStmt: ['CLOSE', 'would change the session'],
  ListenStmt: ['LISTEN', 'would leave state behind'],
  UnlistenStmt: ['UNLISTEN', 'would change the session'],
  NotifyStmt: ['NOTIFY', 'would send a message'],
  LockStmt: ['LOCK', 'would lock tables'],
  VacuumStmt: ['VACUUM or ANALYZE', 'is maintenance'],
  ReindexStmt: ['REINDEX', 'is maintenance'],
  ClusterStmt: ['CLUSTER', 'is maintenance'],
  CheckPointStmt: ['CHECKPOINT', 'is maintenance'],
  DiscardStmt: ['DISCARD', 'would reset the session'],
  LoadStmt: ['LOAD', 'would load a library'],
  CommentStmt: ['COMMENT', 'would change the database'],
  SecLabelStmt: ['SECURITY LABEL', 'would change the database'],
  ReassignOwnedStmt: ['REASSIGN OWNED', 'would change owners'],
  GrantStmt: ['GRANT or REVOKE', 'would change rights'],
  GrantRoleStmt: ['GRANT or REVOKE', 'would change rights'],
  RenameStmt: ['ALTER … RENAME', 'would change the database'],
  RefreshMatViewStmt: ['REFRESH MATERIALIZED VIEW', 'would change data'],
  CreateTableAsStmt: [
    'CREATE TABLE AS',
    'would make a table',
    'Send the SELECT inside it. Use WITH name AS (SELECT …) for a result you need twice.',
  ],
  CreateStmt: [
    'CREATE TABLE',
    'would make a table',
    'Use WITH name AS (SELECT …) for a result you need within the query.',
  ],
  ViewStmt: ['CREATE VIEW', 'would make a view', 'Use WITH name AS (SELECT …) for a result you need within the query.'],
  CreateFunctionStmt: ['CREATE FUNCTION', 'would make a function', 'Write what it computes as one SELECT.'],
  IndexStmt: [
    'CREATE INDEX',
    'would change the database',
    'If a query is slow, set the argument "explain" to true to see where its time goes.',
  ],
}

/** Returns the lesson for a statement or for what stands in its place in WITH. */
export function teachStatement(type: string): Lesson {
  const known = STATEMENTS[type]
  if (known !== undefined) {
    const [name, effect, hint] = known
    const reason = /^would (change|delete|make)/.test(effect) ? 'and this service is read only' : 'so it is not run'
    return { sentence: `${name} ${effect}, ${reason}.`, hint: hint ?? ONE_SELECT }
  }
  const verb = /^(Create|Alter|Drop)/.exec(type)?.[1]?.toUpperCase()
  return {
    sentence: `${verb ?? 'This statement'} is not a query and would change the database, and this service is read only.`,
    hint: ONE_SELECT,
  }
}

/** More than one statement in a text. */
export function severalStatements(count: number): Lesson {
  return {
    sentence: `The text holds ${count} statements; one query is run at a time.`,
    hint: 'Send the first one alone and the others in calls of their own, or join them with WITH or UNION ALL.',
  }
}

/** Nothing but blanks and comments. */
export const NO_STATEMENT: Lesson = {
  sentence: 'There is no query in this text.',
  hint: 'Send one SELECT, for example SELECT count(*) FROM orders.',
}
