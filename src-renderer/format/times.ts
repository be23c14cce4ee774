const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const dayOnly = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const shortDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const dayName = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});

/** An age in short: "now", "5 min", "3 h", "12 d", then the date. Times are epoch ms. */
export function formatRelative(at: number, nowMs: number): string {
  const age = nowMs - at;
  if (age < 0) return age > -minuteMs ? 'now' : dayOnly.format(at);
  if (age < minuteMs) return 'now';
  if (age < hourMs) return `${Math.floor(age / minuteMs)} min`;
  if (age < dayMs) return `${Math.floor(age / hourMs)} h`;
  if (age < 30 * dayMs) return `${Math.floor(age / dayMs)} d`;
  return dayOnly.format(at);
}

/** The exact local time, for hovering: "21 Nov 2026, 14:02:07". */
export function formatExact(at: number): string {
  return exact.format(at);
}

/** The local time of day: "14:02". */
export function formatClock(at: number): string {
  return clock.format(at);
}

/** A moment near to now: "18:00" today, "tomorrow 18:00", else "24 Nov, 18:00", with the year where it is another. */
export function formatMoment(at: number, nowMs: number): string {
  const day = startOfDay(at);
  if (day === startOfDay(nowMs)) return clock.format(at);
  if (day === startOfDay(startOfDay(nowMs) + 36 * hourMs)) return `tomorrow ${clock.format(at)}`;
  const isThisYear = new Date(at).getFullYear() === new Date(nowMs).getFullYear();
  return `${(isThisYear ? shortDay : dayOnly).format(at)}, ${clock.format(at)}`;
}

/** A day as a heading: "Today", "Yesterday", else weekday and date. */
export function formatDay(at: number, nowMs: number): string {
  const day = startOfDay(at);
  if (day === startOfDay(nowMs)) return 'Today';
  if (day === startOfDay(startOfDay(nowMs) - 1)) return 'Yesterday';
  return dayName.format(at);
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** A length of time as a clock shows it, which can tick in place: "0:07", "12:40", "1:02:03". */
export function formatClockLength(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const pad = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

/** A moment as a `datetime-local` input has it. */
export function toLocalInput(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * minuteMs);
  return local.toISOString().slice(0, 16);
}
