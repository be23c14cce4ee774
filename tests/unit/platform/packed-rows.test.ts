import { describe, expect, it } from 'vitest';
import { packRows, unpackRows } from '../../../src-main/platform/packed-rows.ts';
import { handedOver } from '../../../src-main/workers/protocol.ts';

describe('packed rows', () => {
  it.each([
    [
      'rows',
      [
        { key: 'A-1', at: 1.5, note: null },
        { key: '日本 😀 \ud800 \0', at: -1, note: 'x' },
      ],
    ],
    ['a single row', [{ key: '', at: 0, note: null }]],
    ['no rows', []],
    ['rows without anything in them', [{}, {}]],
  ])('are %s again', (_what, rows: object[]) => {
    expect(unpackRows(packRows(rows))).toEqual(rows);
  });

  it('are handed over with what is sent, and gone where they were', () => {
    const records = packRows([{ key: 'A-1' }]);
    const message = { operationId: 1, records };
    const arrived = structuredClone(message, { transfer: handedOver(message) });
    expect(unpackRows(arrived.records)).toEqual([{ key: 'A-1' }]);
    expect(records.byteLength).toBe(0);
  });

  it('are all that is handed over', () => {
    const ids = new Float64Array([1, 2]);
    expect(handedOver({ ids, records: [{ key: 'A-1' }], of: 'text' })).toEqual([]);
    expect([undefined, null, 7, 'text'].flatMap(handedOver)).toEqual([]);
  });
});
