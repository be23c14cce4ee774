const second = { name: 'second', ms: 1_000 };
const units = [
  { name: 'day', ms: 86_400_000 },
  { name: 'hour', ms: 3_600_000 },
  { name: 'minute', ms: 60_000 },
  second,
];

/** A duration in words, in the largest unit of which it is one or at least two, and never shorter than it is. */
export function durationWords(ms: number): string {
  const unit = units.find((each) => ms === each.ms || ms >= 2 * each.ms) ?? second;
  const count = Math.max(1, Math.ceil(ms / unit.ms));
  return `${count} ${unit.name}${count === 1 ? '' : 's'}`;
}
