import { expect, it } from 'vitest';
import { dateBits, dateBitsOf, readDate } from '../../../src-main/files/dates.ts';

const utc = (...parts: [number, number, number, number?, number?, number?, number?]) => {
  const [year, month, ...rest] = parts;
  return Date.UTC(year, month - 1, ...rest);
};

it.each([
  ['2025-01-01 14:30:51 -0800', 'iso', utc(2025, 1, 1, 22, 30, 51)],
  ['2025-01-01T14:30:51.250Z', 'iso', utc(2025, 1, 1, 14, 30, 51, 250)],
  ['2025-01-01T14:30+05:30', 'iso', utc(2025, 1, 1, 9, 0)],
  ['2025-01-01T14:30:00+14:00', 'iso', utc(2025, 1, 1, 0, 30)],
  ['2025-01-01', 'iso', utc(2025, 1, 1)],
  ['2025/2/3 4:05', 'iso', utc(2025, 2, 3, 4, 5)],
  // How some systems write that there is no date.
  ['0001-01-01T00:00:00Z', 'iso', Date.parse('0001-01-01T00:00:00Z')],
  ['1/1/0001', 'dmy', Date.parse('0001-01-01T00:00:00Z')],
  ['29/2/2016 01:16', 'dmy', utc(2016, 2, 29, 1, 16)],
  ['1.12.2024', 'dmy', utc(2024, 12, 1)],
  ['31-12-2024 23:59:58', 'dmy', utc(2024, 12, 31, 23, 59, 58)],
  ['2/29/2016 01:16', 'mdy', utc(2016, 2, 29, 1, 16)],
  ['12/31/2024, 12:05 AM', 'mdy', utc(2024, 12, 31, 0, 5)],
  ['12/31/2024 1:05:06 pm', 'mdy', utc(2024, 12, 31, 13, 5, 6)],
  ['1735741851', 'epoch', 1_735_741_851_000],
  ['1735741851000', 'epoch', 1_735_741_851_000],
] as const)('reads %s as %s', (text, order, time) => {
  expect(readDate(text, order)).toBe(time);
});

it.each([
  ['2025-02-29', 'iso'],
  ['2025-13-01', 'iso'],
  ['2025-01-01 24:00', 'iso'],
  ['2025-01-01 10:60', 'iso'],
  ['2025-01-01 10:59:60', 'iso'],
  ['2025-01-01 later', 'iso'],
  // Not a moment 99 hours later.
  ['2025-01-01-99', 'iso'],
  ['2025-01-01 10:00 +1500', 'iso'],
  ['1/2/2024 10:00:00 -0860', 'dmy'],
  ['31/4/2024', 'dmy'],
  ['29/2/2015 01:16', 'dmy'],
  ['13/25/2024', 'mdy'],
  ['1/2/24', 'dmy'],
  ['1/2.2024', 'dmy'],
  ['1/2/2024 13:00 PM', 'mdy'],
  ['1/2/2024 7', 'dmy'],
  ['', 'iso'],
  ['soon', 'dmy'],
  ['12345', 'epoch'],
] as const)('does not read %s as %s', (text, order) => {
  expect(readDate(text, order)).toBeNull();
});

it('tells the orders that a value allows', () => {
  expect(dateBitsOf('1/2/2024')).toBe(dateBits.dmy | dateBits.mdy);
  expect(dateBitsOf('1/12/2024 10:00')).toBe(dateBits.dmy | dateBits.mdy);
  expect(dateBitsOf('13/2/2024')).toBe(dateBits.dmy);
  expect(dateBitsOf('2/13/2024')).toBe(dateBits.mdy);
  expect(dateBitsOf('2024-02-13')).toBe(dateBits.iso);
  expect(dateBitsOf('1735741851')).toBe(dateBits.epoch);
  expect(dateBitsOf('Symptom 72')).toBe(0);
});
