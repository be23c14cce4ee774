import { beforeEach, expect, test } from 'vitest';
import { createConsoleStore } from '../../../src-renderer/state/store.ts';
import { BulkheadError, type ErrorCode } from '../../../src-shared/contract/errors.ts';
import type { ChosenFile } from '../../../src-shared/contract/files.ts';
import { buildOperation } from '../../builders/operations.ts';
import { createHeldBridge } from '../../fakes/held-bridge.ts';

const file: ChosenFile = { handle: 'handle-0001', name: 'tickets.csv', bytes: 10 };
const draft = buildOperation({ id: 7, state: 'draft' });
let held: ReturnType<typeof createHeldBridge>;
let store: ReturnType<typeof createConsoleStore>;
let chosen: PromiseWithResolvers<ChosenFile | null>[];
beforeEach(() => {
  held = createHeldBridge();
  chosen = [];
  const chooseFile = () => {
    const asked = Promise.withResolvers<ChosenFile | null>();
    chosen.push(asked);
    return asked.promise;
  };
  store = createConsoleStore({ ...held.bridge, chooseFile });
});

const askedFor = () => held.asked.map(({ name }) => name);

test('a template is planned once, however often it is asked for, and is previewed', async () => {
  const { planTemplate } = store.getState();
  const planned = planTemplate(3);
  await planTemplate(3);
  expect(store.getState().isPlanning).toBe(true);
  expect(askedFor()).toEqual(['templates.plan']);
  held.next('templates.plan').answer({ id: 7 });
  await expect.poll(askedFor).toEqual(['operations.get']);
  held.next('operations.get').answer(draft);
  await planned;
  expect(store.getState()).toMatchObject({
    isPlanning: false,
    overlay: { kind: 'preview', operation: { id: 7 } },
  });
});

test('a draft that nobody waits for any more is thrown away', async () => {
  const planned = store.getState().planTemplate(3);
  store.getState().openOverlay({ kind: 'shortcuts' });
  held.next('templates.plan').answer({ id: 7 });
  await expect.poll(askedFor).toEqual(['operations.get']);
  held.next('operations.get').answer(draft);
  await expect.poll(askedFor).toEqual(['operations.discard']);
  held.next('operations.discard').answer({});
  await planned;
  expect(store.getState().overlay).toEqual({ kind: 'shortcuts' });
});

test('a preview that is left throws its draft away, once, and shows what lay beneath', async () => {
  const { openOverlay, showPreview, backFromPreview } = store.getState();
  const leave = async (code: ErrorCode) => {
    openOverlay({ kind: 'shortcuts' });
    showPreview(draft);
    const left = backFromPreview();
    expect(store.getState().overlay).toEqual({ kind: 'shortcuts' });
    await backFromPreview();
    expect(held.asked).toMatchObject([{ name: 'operations.discard', input: { id: 7 } }]);
    held.next('operations.discard').refuse(new BulkheadError(code, 'No.'));
    await left;
  };
  // One that is gone already was to go.
  await leave('not_found');
  expect(store.getState().notice).toBeNull();
  // It ended with the console, which says itself that it is away.
  await leave('stopping');
  expect(store.getState().notice).toBeNull();
  await leave('storage_error');
  expect(store.getState().notice?.code).toBe('storage_error');
});

test('one file is taken at a time, and the window says so', async () => {
  const { importFile } = store.getState();
  const taken = importFile();
  await importFile();
  expect([store.getState().isTakingFile, chosen.length]).toEqual([true, 1]);
  chosen[0]?.resolve(file);
  await taken;
  expect(store.getState()).toMatchObject({ isTakingFile: false, overlay: { kind: 'import', file } });
});

test('a file that comes late takes no preview away', async () => {
  const taken = store.getState().importFile();
  store.getState().showPreview(draft);
  chosen[0]?.resolve(file);
  await taken;
  expect(store.getState()).toMatchObject({
    overlay: { kind: 'preview', operation: { id: 7 } },
    notice: { code: 'stopped', message: expect.stringContaining('tickets.csv') },
  });
});

test('a file that could not be taken leaves the way free for another', async () => {
  const taken = store.getState().importFile();
  chosen[0]?.reject(new Error('cut off'));
  await taken;
  expect(store.getState()).toMatchObject({ isTakingFile: false, notice: { code: 'internal' } });
});
