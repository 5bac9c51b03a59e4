/** Makes node-postgres hand every value on as the text that Postgres sent. */
export const AS_TEXT = { getTypeParser: () => (value: string) => value }
