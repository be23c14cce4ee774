import { useCallback, useEffect, useReducer, useRef } from 'react';
import type { CollectionName } from '../../../src-shared/collections/index.ts';
import type { ChosenFile } from '../../../src-shared/contract/files.ts';
import type { ImportMapping } from '../../../src-shared/domain/import.ts';
import { toErrorDto } from '../../bridge/error-dto.ts';
import { useBridge, useConsole } from '../../state/context.tsx';
import { useWhenBack } from '../../state/use-when-back.ts';
import { type ImportFlow, inspecting, nextFlow } from './import-flow.ts';

export interface ImportCommands {
  /** Asks for a file and inspects it. */
  choose(): Promise<void>;
  changeMapping(mapping: ImportMapping): void;
  /** Whether the records are to be changed that the file was exported from, or new ones are to be made. */
  aim(isUpdate: boolean): void;
  /** Makes the plan and shows it in the preview. */
  preview(): Promise<void>;
  /** Ends the reading that is under way. */
  stop(): Promise<void>;
}

/** Leads a chosen file, or another one in its place, to a plan. What is being read when the sheet goes away is stopped. */
export function useImportFlow(
  collection: CollectionName,
  first: ChosenFile,
): readonly [ImportFlow, ImportCommands] {
  const bridge = useBridge();
  const showPreview = useConsole((state) => state.showPreview);
  const takeFile = useConsole((state) => state.takeFile);
  const [flow, dispatch] = useReducer(nextFlow, first, inspecting);
  // Answers to a reading that was stopped or left behind by another one no longer count.
  const reading = useRef(0);
  const stopped = useRef(0);
  const isReading = flow.step === 'inspecting' || flow.step === 'planning';

  useEffect(
    () =>
      bridge.subscribe((event) => {
        if (event.name !== 'import.progress') return;
        const { phase, bytes, totalBytes } = event.payload;
        dispatch({ type: 'progress', phase, progress: { bytes, totalBytes } });
      }),
    [bridge],
  );

  useWhenBack(() => dispatch({ type: 'back' }));

  const wasReading = useRef(isReading);
  useEffect(() => {
    wasReading.current = isReading;
  });
  useEffect(
    () => () => {
      if (!wasReading.current) return;
      reading.current += 1;
      // The window has gone on; a plan that comes all the same is thrown away where it arrives.
      bridge.request('imports.stop', {}).catch(() => undefined);
    },
    [bridge],
  );

  const inspect = useCallback(
    async (file: ChosenFile): Promise<void> => {
      reading.current += 1;
      const mine = reading.current;
      dispatch({ type: 'chosen', file });
      try {
        const inspection = await bridge.request('imports.inspect', { handle: file.handle });
        // Only tickets can be made of any file.
        const isUpdate = collection !== 'tickets' || inspection.exportOf.includes(collection);
        if (mine === reading.current) dispatch({ type: 'inspected', inspection, isUpdate });
      } catch (error) {
        if (mine === reading.current) dispatch({ type: 'failed', error: toErrorDto(error) });
      }
    },
    [bridge, collection],
  );

  useEffect(() => {
    void inspect(first);
  }, [inspect, first]);

  async function choose(): Promise<void> {
    try {
      const file = await takeFile();
      if (file) await inspect(file);
    } catch (error) {
      dispatch({ type: 'failed', error: toErrorDto(error) });
    }
  }

  async function preview(): Promise<void> {
    if (flow.step !== 'mapping') return;
    reading.current += 1;
    const mine = reading.current;
    dispatch({ type: 'preview' });
    try {
      const { handle } = flow.file;
      const operation = flow.isUpdate
        ? await bridge.request('imports.plan_update', { handle, collection })
        : await bridge.request('imports.plan', { handle, mapping: flow.mapping });
      const isWanted = mine === reading.current && mine !== stopped.current;
      if (mine === reading.current) dispatch({ type: 'planned' });
      if (isWanted) showPreview(operation);
      // The stop came after the last row: the plan is there, but nobody waits for it.
      else await bridge.request('operations.discard', { id: operation.id });
    } catch (error) {
      if (mine === reading.current) dispatch({ type: 'failed', error: toErrorDto(error) });
    }
  }

  async function stop(): Promise<void> {
    dispatch({ type: 'stop' });
    const mine = reading.current;
    stopped.current = mine;
    try {
      await bridge.request('imports.stop', {});
    } catch (error) {
      if (mine === reading.current) dispatch({ type: 'failed', error: toErrorDto(error) });
    }
  }

  const changeMapping = (mapping: ImportMapping) => dispatch({ type: 'mapped', mapping });
  const aim = (isUpdate: boolean) => dispatch({ type: 'aimed', isUpdate });
  return [flow, { choose, changeMapping, aim, preview, stop }];
}
