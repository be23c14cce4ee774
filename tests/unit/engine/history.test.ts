import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RequestOutput } from '../../../src-shared/contract/index.ts';
import { makeHistory, seedOperation } from '../../builders/history.ts';
import { everyTicket } from '../../builders/tickets.ts';
import { useConsole } from '../../builders/use-console.ts';
import { makeFolder, openTestConsole, removeFolder } from '../../builders/workspace.ts';

const signedBy = '=Mina, "QA"';

const app = useConsole({
  per: 'file',
  fill: (folder) => makeHistory(folder, 300),
});

type Written = RequestOutput<'history.report'> & { text: string };

async function writeReport(format: 'csv' | 'json', id: number | null): Promise<Written> {
  const target = app.handle(join(app.folder, `report.${format}`));
  const written = await app.ask('history.report', { id, format, signedBy, target });
  return { ...written, text: readFileSync(written.path, 'utf8') };
}

describe('a JSON report', () => {
  const guide = readFileSync(new URL('../../../docs/history.md', import.meta.url), 'utf8');
  const script = /```js\n(.*?)```/s.exec(guide)?.[1] ?? '';
  let whole: Written;

  beforeAll(async () => {
    whole = await writeReport('json', null);
  });

  /** What the script in the docs says of a report, in a process of its own. */
  function recheck(text: string): { status: number | null; output: string } {
    writeFileSync(join(app.folder, 'check-report.mjs'), script);
    writeFileSync(join(app.folder, 'received.json'), text);
    const { status, stdout, stderr } = spawnSync(process.execPath, ['check-report.mjs', 'received.json'], {
      cwd: app.folder,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    return { status, output: stdout };
  }

  it('of everything is found whole by the script in the docs, with the hash that the console shows', () => {
    const { text, bytes, verification } = whole;
    expect(Buffer.byteLength(text)).toBe(bytes);
    expect(verification.problems).toEqual([]);
    expect(recheck(text)).toEqual({ status: 0, output: `As it was written, up to ${verification.head}\n` });
    const report = JSON.parse(text);
    expect(report.operations.map(({ id }: { id: number }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(report.operations[7].rejected).toEqual([[8, 92, expect.any(String), ',no id,open']]);
    expect(report.operations[7].records).toHaveLength(90);
    expect(report.entries.at(-1)).toMatchObject({
      event: 'signed_off',
      detail: JSON.stringify({ signedBy, file: 'report.json' }),
    });
  });

  it('of one operation has the whole journal, that operation, and is found whole too', async () => {
    const { text, verification } = await writeReport('json', 3);
    expect(recheck(text)).toEqual({ status: 0, output: `As it was written, up to ${verification.head}\n` });
    const report = JSON.parse(text);
    expect(report.operations).toMatchObject([{ id: 3 }]);
    expect(report.entries).toHaveLength(verification.entries);
  });

  it.each([
    ['item', '"{\\"status\\":\\"new\\"}"', '"{\\"status\\":\\"open\\"}"', 'items 1 to'],
    ['title', '"Set status to Solved"', '"Set status to Closed"', 'what operation 1 was asked'],
    ['counter', '"failed","changed_since",', '"failed","already_so",', 'how operation 3 stands'],
    ['imported record', '=New 7', '=New 8', 'of operation 8'],
    ['rejected line', ',no id,', ',an id,', 'rejected lines of 8'],
    ['entry', '"event":"running"', '"event":"paused"', 'entry 2'],
    ['sign-off', 'signedBy\\":\\"=Mina', 'signedBy\\":\\"=Nina', 'entry'],
  ])('whose %s was changed is found out by it', (_what, from, to, named) => {
    const forged = whole.text.replace(from, to);
    expect(forged).not.toBe(whole.text);
    const { status, output } = recheck(forged);
    expect(status).toBe(1);
    expect(output).toMatch(/^Not as it was written: /);
    expect(output).toContain(named);
  });

  it('that lost its last entry is found out by it', () => {
    const report = JSON.parse(whole.text);
    report.entries.pop();
    expect(recheck(JSON.stringify(report))).toEqual({
      status: 1,
      output: 'Not as it was written: the end\n',
    });
  });
});

describe('a CSV report', () => {
  it('has a row per item, nothing that a spreadsheet runs, and who signed it in its last row', async () => {
    const { text, verification } = await writeReport('csv', null);
    const rows: Record<string, string>[] = parse(text, { columns: true, record_delimiter: '\r\n' });
    expect(rows).toHaveLength(verification.items + 1);
    expect(rows[0]).toMatchObject({
      operation: '1',
      title: 'Set status to Solved',
      actor: 'tester',
      item: '1',
    });
    const created = rows.find(({ operation, item }) => operation === '8' && item === '8');
    expect(created).toMatchObject({ state: 'done', key: '97', hash: '' });
    expect(JSON.parse(created?.['after'] ?? '')).toMatchObject({ subject: '=New 7' });
    expect(rows.at(-1)).toMatchObject({
      title: `Signed off with journal entry ${verification.entries}; the history is as it was written`,
      actor: `'${signedBy}`,
      state: 'signed_off',
      hash: verification.head,
    });
  });

  it('of one operation has its items only', async () => {
    const rows: Record<string, string>[] = parse((await writeReport('csv', 8)).text, { columns: true });
    expect(new Set(rows.map(({ operation }) => operation))).toEqual(new Set(['8', '']));
    expect(rows).toHaveLength(91);
  });
});

describe('a report that cannot be made', () => {
  it('for want of a place says so in the journal, too', async () => {
    const path = join(app.folder, 'nowhere', 'report.json');
    const asked = app.ask('history.report', { id: 1, format: 'json', signedBy, target: app.handle(path) });
    await expect(asked).rejects.toMatchObject({ code: 'target_not_writable' });
    const { entries } = await app.ask('operations.journal', { id: 1 });
    const detail = { signedBy, file: 'report.json' };
    expect(entries.slice(-2)).toMatchObject([
      { event: 'signed_off', detail },
      { event: 'report_failed', detail },
    ]);
  });

  it('of a plan that was not started, or of no operation, leaves no trace', async () => {
    const draft = await app.ask('operations.plan', {
      action: 'assign',
      collection: 'tickets',
      selection: everyTicket,
      input: { assignee: 'Nobody' },
    });
    const path = join(app.folder, 'never.json');
    const before = await app.ask('history.verify', {});
    for (const [id, code] of [
      [draft.id, 'wrong_state'],
      [999, 'not_found'],
    ] as const) {
      const asked = app.ask('history.report', { id, format: 'json', signedBy, target: app.handle(path) });
      await expect(asked).rejects.toMatchObject({ code });
    }
    expect(existsSync(path)).toBe(false);
    expect((await app.ask('history.verify', {})).head).toBe(before.head);
    await app.ask('operations.discard', { id: draft.id });
  });
});

describe('a check', () => {
  it('is over when it has let go of the database, so that a backup can be put back', async () => {
    let isGone = false;
    process.once('worker', (worker: Worker) => {
      worker.once('exit', () => {
        isGone = true;
      });
    });
    await app.ask('history.verify', {});
    expect(isGone).toBe(true);
  });

  it('is one for all who ask at the same time, and ends when the console closes', async () => {
    const other = makeFolder();
    seedOperation(other, 20_000);
    const console = await openTestConsole(other);
    const ask = () => console.ask('history.verify', {});
    const [first, second] = await Promise.all([ask(), ask()]);
    expect(second).toEqual(first);
    const stopped = ask();
    const [outcome] = await Promise.allSettled([stopped, console.close()]);
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'stopped' } });
    expect(console.reports).toEqual([]);
    removeFolder(other);
  });
});
