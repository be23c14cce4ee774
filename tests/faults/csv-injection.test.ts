import { describe, expect, it } from 'vitest';
import { unguard } from '../../src-main/platform/csv-guard.ts';
import { exportAll, parsedTwice } from '../builders/exported.ts';
import { formulas, wouldRun } from '../builders/formulas.ts';
import { fillTickets, makeTickets, type TicketColumns } from '../builders/tickets.ts';
import { useConsole } from '../builders/use-console.ts';

const text = ['key', 'subject', 'category', 'assignee', 'requester', 'channel', 'product'] as const;
const columns = ['id', ...text, 'createdAt', 'version'];

const app = useConsole({
  per: 'test',
  fill: (folder) => {
    const hostile = (id: number): Partial<TicketColumns> => {
      const cell = formulas[id - 1] ?? '';
      const rest = { category: cell, assignee: cell, requester: cell, channel: cell, product: cell };
      return { external_id: `${cell}${id}`, subject: cell, ...rest, created_at: -id };
    };
    fillTickets(folder, makeTickets(formulas.length, hostile));
  },
});

describe(`${formulas.length} cells that a spreadsheet would run, in every column of text`, () => {
  it('are all neutralised, nothing moves, numbers stay numbers, and all can be taken back', async () => {
    expect(formulas.length).toBeGreaterThanOrEqual(200);
    const [header, ...rows] = parsedTwice(await exportAll(app, columns));
    expect(header).toEqual(columns);
    expect(rows).toHaveLength(formulas.length);
    for (const [at, row] of rows.entries()) {
      const cell = (formulas[at] ?? '').replaceAll('\0', '\uFFFD');
      expect(row).toHaveLength(columns.length);
      const [id, key, ...others] = row;
      expect([id, others.at(-1)]).toEqual([String(at + 1), '1']);
      expect(others.at(-2)).toBe(new Date(-at - 1).toISOString());
      const cells = others.slice(0, -2);
      expect([key, ...cells].filter((value) => wouldRun(value ?? ''))).toEqual([]);
      expect(cells.map(unguard)).toEqual(cells.map(() => cell));
      expect(unguard(key ?? '')).toBe(`${cell}${at + 1}`);
    }
  });
});
