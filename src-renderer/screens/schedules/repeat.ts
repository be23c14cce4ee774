import { toLocalInput } from '../../format/times.ts';

/** When a schedule runs, as it stands in the form: kinds that most people mean, and the pattern for all others. */
export interface RepeatDraft {
  readonly kind: 'once' | 'day' | 'weekday' | 'week' | 'month' | 'pattern';
  /** As a `datetime-local` input has it; for `once`. */
  readonly moment: string;
  /** As a `time` input has it: "06:00". */
  readonly time: string;
  /** 0 is Sunday. */
  readonly weekday: string;
  /** One of `monthDays`. */
  readonly monthDay: string;
  readonly pattern: string;
  readonly timeZone: string;
}

export const weekdays = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const;

/** Those that every month has. */
export const monthDays: readonly string[] = Array.from({ length: 28 }, (_, at) => String(at + 1));

export const repeatKinds: readonly { readonly value: RepeatDraft['kind']; readonly label: string }[] = [
  { value: 'once', label: 'Once' },
  { value: 'day', label: 'Every day' },
  { value: 'weekday', label: 'Every weekday, Monday to Friday' },
  { value: 'week', label: 'Every week' },
  { value: 'month', label: 'Every month' },
  { value: 'pattern', label: 'Another pattern' },
];

export function newRepeat(timeZone: string): RepeatDraft {
  return {
    kind: 'day',
    moment: '',
    time: '06:00',
    weekday: '1',
    monthDay: '1',
    pattern: '0 6 * * *',
    timeZone,
  };
}

/** The form of what a schedule has. */
export function repeatOf(schedule: {
  readonly cron: string | null;
  readonly startAt: number | null;
  readonly timeZone: string;
}): RepeatDraft {
  const draft = newRepeat(schedule.timeZone);
  if (schedule.cron === null) return { ...draft, kind: 'once', moment: toLocalInput(schedule.startAt ?? 0) };
  const known = readCron(schedule.cron);
  return { ...draft, pattern: schedule.cron, ...(known ?? { kind: 'pattern' }) };
}

/** `cron` or `startAt` as the console takes them; null while the form is not filled in. */
export function scheduleTimes(draft: RepeatDraft): { cron: string | null; startAt: number | null } | null {
  if (draft.kind === 'once') {
    const startAt = new Date(draft.moment).getTime();
    return Number.isNaN(startAt) ? null : { cron: null, startAt };
  }
  const cron = cronOf(draft);
  return cron === null ? null : { cron, startAt: null };
}

function cronOf({ kind, time, weekday, monthDay, pattern }: RepeatDraft): string | null {
  if (kind === 'pattern') return pattern.trim() === '' ? null : pattern.trim();
  const [hour, minute] = time.split(':').map(Number);
  if (hour === undefined || minute === undefined || Number.isNaN(hour) || Number.isNaN(minute)) return null;
  const days = { day: '* * *', weekday: '* * 1-5', week: `* * ${weekday}`, month: `${monthDay} * *` };
  return kind === 'once' ? null : `${minute} ${hour} ${days[kind]}`;
}

/** What the patterns that this form writes mean. */
function readCron(cron: string): Pick<RepeatDraft, 'kind' | 'time'> | null {
  const parts = /^(\d{1,2}) (\d{1,2}) (\*|\d{1,2}) \* (\*|1-5|[0-6])$/.exec(cron);
  if (!parts) return null;
  const [, minute = '', hour = '', monthDay = '', weekday = ''] = parts;
  const time = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  if (monthDay !== '*') {
    return weekday === '*' && monthDays.includes(monthDay) ? withPart('month', time, { monthDay }) : null;
  }
  if (weekday === '*') return withPart('day', time, {});
  return weekday === '1-5' ? withPart('weekday', time, {}) : withPart('week', time, { weekday });
}

function withPart(kind: RepeatDraft['kind'], time: string, part: Partial<RepeatDraft>) {
  return { kind, time, ...part };
}

/** When a schedule runs, in words: "Every Monday at 06:00 (Europe/Berlin)". */
export function repeatWords(draft: RepeatDraft, here: string): string {
  const zone = draft.timeZone === here ? '' : ` (${draft.timeZone})`;
  switch (draft.kind) {
    case 'once':
      return 'Once';
    case 'day':
      return `Every day at ${draft.time}${zone}`;
    case 'weekday':
      return `Every weekday at ${draft.time}${zone}`;
    case 'week':
      return `Every ${weekdays[Number(draft.weekday)]} at ${draft.time}${zone}`;
    case 'month':
      return `On day ${draft.monthDay} of every month at ${draft.time}${zone}`;
    case 'pattern':
      return `Pattern ${draft.pattern}${zone}`;
  }
}

/** The time zone that this computer is set to. */
export function zoneHere(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Those to choose from, the one that is chosen among them whatever it is called. */
export function timeZones(chosen: string): string[] {
  return [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', chosen])].toSorted();
}
