export type { SqliteBackend, SqliteSettings } from './sqlite.ts'
export { sqlite } from './sqlite.ts'
