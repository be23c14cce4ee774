import type { Operation } from '../../../src-shared/domain/operation.ts';

const longestTitle = 60;

/** A name for a report's file: the operation that it is about, or the whole history and the day. */
export function reportName(operation: Operation | null, format: 'csv' | 'json', nowMs: number): string {
  if (!operation) {
    const day = new Date(nowMs);
    const parts = [day.getFullYear(), day.getMonth() + 1, day.getDate()];
    return `history ${parts.map((part) => String(part).padStart(2, '0')).join('-')}.${format}`;
  }
  const title = operation.title.slice(0, longestTitle).trim();
  return `operation ${operation.id} ${title}.${format}`;
}
