/** True in the long suite (`npm run faults`); false in the short one that is part of `npm test`. */
const isLong = process.env['FAULTS'] === 'long';

/** How much of something a test does: `long` is the size that the guarantee names. */
export function size(args: { short: number; long: number }): number {
  return isLong ? args.long : args.short;
}

/** How long something may take where the guarantee names so many ms: five times that in the short suite, which may share its machine. */
export function limit(ms: number): number {
  return size({ short: 5 * ms, long: ms });
}
