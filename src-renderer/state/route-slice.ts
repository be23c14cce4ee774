import { type CollectionName, collections } from '../../src-shared/collections/index.ts';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { ChosenFile, SaveTarget } from '../../src-shared/contract/files.ts';
import type { Operation } from '../../src-shared/domain/operation.ts';
import { toErrorDto } from '../bridge/error-dto.ts';
import type { Slice } from './slice.ts';

export type Screen = CollectionName | 'schedules' | 'remotes' | 'history' | 'settings';

/** True for the screens that list records. */
export function isCollection(screen: Screen): screen is CollectionName {
  return screen in collections;
}

/** The parts of one operation's details in the history. */
export type OperationPart = 'items' | 'errors' | 'rejected' | 'journal';

/** What lies over the screen; one thing at a time. */
export type Overlay =
  | { readonly kind: 'none' }
  | { readonly kind: 'action'; readonly action: string }
  | { readonly kind: 'preview'; readonly operation: Operation }
  | { readonly kind: 'import'; readonly collection: CollectionName; readonly file: ChosenFile }
  | { readonly kind: 'record'; readonly collection: CollectionName; readonly id: number }
  | { readonly kind: 'palette' }
  | { readonly kind: 'shortcuts' };

const none: Overlay = { kind: 'none' };

export interface RouteSlice {
  readonly screen: Screen;
  readonly overlay: Overlay;
  /** What lies under the preview and is found again as it was on `Back`. */
  readonly beneath: Overlay;
  readonly isRailOpen: boolean;
  /** A file is being chosen, or brought to the console. */
  readonly isTakingFile: boolean;
  /** The operation that the history opens at, if a card led there. */
  readonly historyFocus: number | null;
  /** Which part of it is shown. */
  readonly historyPart: OperationPart;

  /** What the host calls the places it agreed to, by handle. */
  readonly targetLabels: Readonly<Record<string, string>>;

  goTo(screen: Screen): void;
  /** Without a part at its records. */
  openHistoryAt(operationId: number, part?: OperationPart): void;
  openOverlay(overlay: Overlay): void;
  closeOverlay(): void;
  /**
   * Asks for a file; null when the user thought better of it, and where one is being taken already. Rejects with why it
   * could not be taken.
   */
  takeFile(): Promise<ChosenFile | null>;
  /** Asks for a file and, once it is there, opens the sheet that brings it to the collection that is shown. */
  importFile(): Promise<void>;
  /** Shows a draft operation in the preview sheet; `Back` returns to what is open now. */
  showPreview(operation: Operation): void;
  /** Throws the draft away and returns to what was open before it. */
  backFromPreview(): Promise<void>;
  keepTarget(target: SaveTarget): void;
  setRailOpen(isOpen: boolean): void;
}

export const createRouteSlice: Slice<RouteSlice> = (set, get, bridge) => ({
  screen: 'tickets',
  overlay: none,
  beneath: none,
  isRailOpen: false,
  isTakingFile: false,
  historyFocus: null,
  historyPart: 'items',
  targetLabels: {},

  goTo: (screen) => {
    set({ screen, historyFocus: null, conflictScope: null });
    if (isCollection(screen)) get().showCollection(screen);
  },
  openHistoryAt: (historyFocus, historyPart = 'items') =>
    set({ screen: 'history', historyFocus, historyPart, overlay: none }),
  openOverlay: (overlay) => set({ overlay, beneath: none }),
  closeOverlay: () => set({ overlay: none, beneath: none }),
  takeFile: async () => {
    if (get().isTakingFile) return null;
    set({ isTakingFile: true });
    try {
      return await bridge.chooseFile();
    } finally {
      set({ isTakingFile: false });
    }
  },
  importFile: async () => {
    const { overlay, collection } = get();
    try {
      const file = await get().takeFile();
      if (!file) return;
      if (get().overlay !== overlay) throw occupied(file);
      get().openOverlay({ kind: 'import', collection, file });
    } catch (error) {
      get().showNotice(error);
    }
  },

  showPreview: (operation) => set({ overlay: { kind: 'preview', operation }, beneath: get().overlay }),

  backFromPreview: async () => {
    const { overlay, beneath } = get();
    set({ overlay: beneath, beneath: none });
    if (overlay.kind !== 'preview') return;
    try {
      await bridge.request('operations.discard', { id: overlay.operation.id });
    } catch (error) {
      // One that is gone already was to go, and a console that is away, which is said by itself, keeps none.
      if (!['not_found', 'stopping'].includes(toErrorDto(error).code)) get().showNotice(error);
    }
  },

  keepTarget: ({ handle, label }) => set({ targetLabels: { ...get().targetLabels, [handle]: label } }),
  setRailOpen: (isRailOpen) => set({ isRailOpen }),
});

/** A preview or a form that was opened meanwhile is not taken away. */
function occupied({ name }: ChosenFile): BulkheadError {
  return new BulkheadError(
    'stopped',
    `“${name}” was not opened, because something else was opened meanwhile. Nothing was stored.`,
  );
}
