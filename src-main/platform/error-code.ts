/** The code of an error as Node and SQLite give it (`ENOSPC`, `SQLITE_BUSY`), or '' where there is none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
