import type { Operation } from '../../../src-shared/domain/operation.ts';
import { formatDay } from '../../format/times.ts';

export interface DayGroup {
  /** `2026-03-09`, in the user's time zone. */
  readonly key: string;
  readonly label: string;
  readonly operations: readonly Operation[];
}

/** When an operation took its place in the history: its start, or its making where it never started. */
export function momentOf(operation: Operation): number {
  return operation.startedAt ?? operation.createdAt;
}

/** Sorts operations into calendar days, latest day first and latest operation first, as the user's clock has them. */
export function groupByDay(operations: readonly Operation[], nowMs: number): DayGroup[] {
  const sorted = [...operations].sort((a, b) => momentOf(b) - momentOf(a) || b.id - a.id);
  const days = new Map<string, Operation[]>();
  for (const operation of sorted) {
    const key = dayKey(new Date(momentOf(operation)));
    const day = days.get(key);
    if (day) day.push(operation);
    else days.set(key, [operation]);
  }
  return [...days].map(([key, members]) => {
    const [first] = members;
    return { key, label: first ? formatDay(momentOf(first), nowMs) : key, operations: members };
  });
}

function dayKey(day: Date): string {
  return [day.getFullYear(), pad(day.getMonth() + 1), pad(day.getDate())].join('-');
}

function pad(part: number): string {
  return String(part).padStart(2, '0');
}
