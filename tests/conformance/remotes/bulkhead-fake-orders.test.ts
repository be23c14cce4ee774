import { describe, expect, it } from 'vitest';
import { seed } from '../../builders/property.ts';
import { randomFrom } from '../../builders/random.ts';
import { deliver } from './deliver.ts';
import { seeds, useFakedDesk } from './faked-desk.ts';
import { type Way, ways } from './ways.ts';

const setup = useFakedDesk();
const { open, toldTo, theirs, expectTruth } = setup;

describe('a stream of orders', () => {
  const way = ways.find(({ name }) => name === 'order statuses by a stream') as Way;
  const each =
    (random: () => number, bend: (line: string, random: () => number) => string[]) =>
    (lines: readonly string[]) =>
      lines.flatMap((line) => (random() < 0.3 ? bend(line, random) : [line]));

  it.each<[string, (line: string, random: () => number) => string[]]>([
    ['that lack', () => []],
    ['that come twice', (line) => [line, line]],
    ['that are cut', (line, random) => [line.slice(0, Math.floor(random() * line.length))]],
    [
      'with a byte that is wrong',
      (line, random) => [line.replace(line[Math.floor(random() * line.length)] ?? '', '\u0000')],
    ],
    [
      'of types that nobody knows',
      (line) => [line, '{"type":"heartbeat"}', 'null', '[]', '""', '{"type":"success"}'],
    ],
    [
      'about others',
      (line) => [
        line,
        '{"type":"success","recordId":"77777"}',
        '{"type":"error","recordId":"0","error":"NO"}',
      ],
    ],
  ])('with lines %s tells the truth all the same', async (_what, bend) => {
    const random = randomFrom(seed);
    await open();
    const told = await toldTo(way);
    setup.desk.mischief = ({ path }) =>
      path.startsWith('/v1') ? { bendLines: each(random, bend) } : undefined;
    const outcomes = await deliver(setup.remote, 'orders', told);
    expectTruth(way, told, outcomes);
    expect([...outcomes.values()].every(({ kind }) => kind === 'confirmed')).toBe(true);
  });

  it('may come in any order', async () => {
    const random = randomFrom(seed);
    await open();
    const told = await toldTo(way);
    setup.desk.mischief = ({ path }) =>
      path.startsWith('/v1') ? { bendLines: (lines) => lines.toSorted(() => random() - 0.5) } : undefined;
    expectTruth(way, told, await deliver(setup.remote, 'orders', told));
  });

  it('says what it refuses, and tries again what may be tried', async () => {
    await open();
    theirs('orders', '5').fields['isLocked'] = 'yes';
    const told = await toldTo(way);
    const outcomes = await deliver(setup.remote, 'orders', told);
    expect(outcomes.get('5')).toEqual({ key: told[4]?.key, kind: 'refused', code: 'LOCKED_RECORD' });
  });

  it('loses nothing and does nothing twice in a thousand connections that are cut anywhere', async () => {
    const random = randomFrom(seed);
    const orders = 4_000;
    const records = { ...seeds(), orders: Array.from({ length: orders }, () => ({ status: 'PENDING' })) };
    await open({ records, progressEvery: 3 });
    const told = await toldTo(way);
    let cuts = 0;
    setup.desk.mischief = ({ path }) => {
      if (!path.startsWith('/v1')) return undefined;
      cuts += 1;
      return { cutAt: Math.floor(random() * 1_300) };
    };
    const settled = new Map<string, { readonly kind: string }>();
    for (let at = 0; at < orders; at += 10)
      for (const [key, outcome] of await deliver(setup.remote, 'orders', told.slice(at, at + 10)))
        settled.set(key, outcome);
    expect(settled.size).toBe(orders);
    expect(setup.desk.records.all('orders').filter(({ effects }) => effects !== 1)).toEqual([]);
    expect([...settled.values()].filter(({ kind }) => kind !== 'confirmed')).toEqual([]);
    expect(cuts).toBeGreaterThan(1_000);
  });

  it('whose cursor is not known any more is settled by looking at the orders', async () => {
    await open();
    const told = await toldTo(way);
    let isFirst = true;
    setup.desk.mischief = ({ path }) => {
      if (!path.startsWith('/v1')) return undefined;
      if (!isFirst) return { status: 410, body: '{"error":{"code":"cursor_expired","message":"No."}}' };
      isFirst = false;
      return { cutAt: 2_500 };
    };
    const outcomes = await deliver(setup.remote, 'orders', told);
    expectTruth(way, told, outcomes);
    expect([...outcomes.values()].every(({ kind }) => kind === 'confirmed')).toBe(true);
  });
});
