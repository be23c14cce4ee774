import type { Operation } from '../../../src-shared/domain/operation.ts';

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
  return [...days].map(([key, members]) => ({ key, label: dayLabel(key, nowMs), operations: members }));
}

/** "Today", "Yesterday", or the day in words; the year only where it is another one. */
export function dayLabel(key: string, nowMs: number): string {
  const now = new Date(nowMs);
  if (key === dayKey(now)) return 'Today';
  // Calendar arithmetic, because a day is 23 or 25 hours long twice a year.
  if (key === dayKey(new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1))) return 'Yesterday';
  const [year = 0, month = 1, date = 1] = key.split('-').map(Number);
  const day = new Date(year, month - 1, date);
  const weekday = day.toLocaleDateString('en', { weekday: 'long' });
  const words = `${weekday} ${date} ${day.toLocaleDateString('en', { month: 'long' })}`;
  return year === now.getFullYear() ? words : `${words} ${year}`;
}

function dayKey(day: Date): string {
  return [day.getFullYear(), pad(day.getMonth() + 1), pad(day.getDate())].join('-');
}

function pad(part: number): string {
  return String(part).padStart(2, '0');
}
