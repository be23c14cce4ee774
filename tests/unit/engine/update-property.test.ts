import fc from 'fast-check';
import { expect, it } from 'vitest';
import { guard } from '../../../src-main/platform/csv-guard.ts';
import { countsOf } from '../../../src-shared/domain/operation.ts';
import { exportSheet, planSheet } from '../../builders/edited-export.ts';
import { formulas } from '../../builders/formulas.ts';
import { runs } from '../../builders/property.ts';
import { contents, makeTickets, replaceTickets } from '../../builders/tickets.ts';
import { useConsole } from '../../builders/use-console.ts';

const app = useConsole({ per: 'file' });

const visible = fc
  .oneof(
    fc.constantFrom(...formulas.filter((text) => !/\p{Cc}/u.test(text))),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom('N/A', 'NULL', '?', "it's", 'a "quoted" word', 'one; two, three'),
  )
  .map((text) =>
    text
      .replace(/\p{Cc}/gu, '')
      .toWellFormed()
      .trim(),
  )
  .filter((text) => text !== '');
const long = fc.array(visible, { maxLength: 3 }).map((lines) => lines.join('\r\n'));
const optional = fc.option(visible);

/** The fields of a ticket in which anything may stand. */
const ticket = fc.record({
  subject: visible,
  description: long,
  category: optional,
  assignee: optional,
  product: optional,
});
type Words = typeof ticket extends fc.Arbitrary<infer T> ? T : never;

const edit = fc.record({ at: fc.nat({ max: 7 }), words: ticket });
/** How a spreadsheet saves. */
const dialect = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t'),
  newline: fc.constantFrom('\r\n', '\n'),
  lineEnd: fc.constantFrom('\r\n', '\n'),
});

it('any texts and edits, however the file was saved: what differs is planned, written and taken back', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(ticket, { minLength: 8, maxLength: 8 }),
      fc.uniqueArray(edit, { minLength: 1, maxLength: 5, selector: ({ at }) => at }),
      dialect,
      async (tickets, edits, { lineEnd, ...dialect }) => {
        replaceTickets(
          app.folder,
          // A letter beyond ASCII shows that the file is UTF-8.
          makeTickets(8, (id) => ({ requester: 'Zoë', ...tickets[id - 1] })),
        );
        const before = contents(app.folder);
        const rows = await exportSheet(app, 'tickets');
        for (const { at, words } of edits) Object.assign(rows[at] ?? {}, asTyped(words));
        const saved = rows.map((row) => ({
          ...row,
          description: row['description']?.replaceAll('\r\n', lineEnd) ?? '',
        }));
        const wanted = before.map((ticket, at) => ({
          ...ticket,
          ...differing(ticket, edits.find((one) => one.at === at)?.words, lineEnd),
        }));
        const draft = await planSheet(app, 'tickets', saved, dialect);
        const changed = wanted.filter((ticket, at) => JSON.stringify(ticket) !== JSON.stringify(before[at]));
        expect(draft.rejected).toBe(0);
        expect(countsOf(draft.tallies)).toMatchObject({
          planned: changed.length,
          skipped: 8 - changed.length,
        });
        if (changed.length === 0) return;
        const done = await app.run(draft);
        expect(contents(app.folder)).toEqual(wanted);
        await app.run(await app.ask('operations.undo', { id: done.id }));
        expect(contents(app.folder)).toEqual(before);
      },
    ),
    runs(6),
  );
  expect(app.reports).toEqual([]);
});

/** What somebody types into the cells, with an apostrophe before what a spreadsheet would run. */
function asTyped(words: Words): Record<string, string> {
  return Object.fromEntries(Object.entries(words).map(([field, text]) => [field, guard(text ?? '')]));
}

/** What of the words is written: a line end that the spreadsheet alone has changed is none. */
function differing(ticket: object, words: Words | undefined, lineEnd: string): Partial<Words> {
  const stands = new Map<string, unknown>(Object.entries(ticket));
  const one = (text: unknown) => String(text ?? '').replaceAll('\r\n', '\n');
  return Object.fromEntries(
    Object.entries(words ?? {})
      .filter(([field, text]) => one(text) !== one(stands.get(field)))
      .map(([field, text]) => [field, field === 'description' ? text?.replaceAll('\r\n', lineEnd) : text]),
  );
}
