import type { EventPayload, RequestInput } from '../../src-shared/contract/index.ts';
import {
  countsOf,
  isFinal,
  type Operation,
  type Progress,
  underWayStates,
} from '../../src-shared/domain/operation.ts';
import type { RunOptions } from '../../src-shared/domain/run-options.ts';
import { toErrorDto } from '../bridge/error-dto.ts';
import { createNews } from './news.ts';
import type { Slice } from './slice.ts';

export interface TrackedOperation {
  readonly operation: Operation;
  readonly progress: Progress | null;
}

/** What of an operation is to be undone; all of it where nothing is named. */
export interface UndoPart {
  readonly seqs?: readonly number[] | undefined;
  readonly fields?: readonly string[] | undefined;
}

export type OperationCommand = 'pause' | 'resume' | 'cancel' | 'dismiss';

/** What the user knows of a change without an answer: it is there, or it is to be sent again. */
export type UnknownOutcome = RequestInput<'operations.settle_unknown'>['how'];

export interface OperationsSlice {
  /**
   * Operations in progress, and the latest ended ones that were listed or came with events, by id; the most recently
   * updated ones come last.
   */
  readonly operations: ReadonlyMap<number, TrackedOperation>;
  /** One's own that are not dismissed and are too many to be among these. */
  readonly unlisted: number;
  /** How far the plan under way is; null when none is being made. */
  readonly planning: EventPayload<'operation.planning'> | null;
  readonly isPlanning: boolean;

  /** Reads the rail afresh: at the start and after a lost connection. */
  loadOperations(): Promise<void>;
  /** Takes an operation's news as the whole truth about it. */
  applyUpdate(update: EventPayload<'operation.updated'>): void;
  applyDismissed(dismissed: EventPayload<'operations.dismissed'>): void;
  applyPlanning(planning: EventPayload<'operation.planning'>): void;

  /** Plans an action for a selection and shows the preview. Rejects with what the form should say. */
  plan(request: RequestInput<'operations.plan'>): Promise<void>;
  /** Shows the preview of a draft that is made otherwise; what goes wrong is shown above the screen. */
  preview(make: () => Promise<Operation>): Promise<void>;
  /** Plans the opposite of an operation, or of some of its items or fields, and shows the preview. */
  undo(id: number, part?: UndoPart): Promise<void>;
  /** Plans again what failed or was cancelled, and shows the preview. */
  retry(id: number): Promise<void>;
  /** Starts the draft in the preview. Rejects with what the preview should say. */
  start(id: number, options?: RunOptions): Promise<void>;
  command(id: number, command: OperationCommand): Promise<void>;
  /** Takes all of one's own that ended off the rail. */
  dismissEnded(): Promise<void>;
  /** Says what became of changes that a remote never answered about, of all items or of some. */
  settleUnknown(id: number, how: UnknownOutcome, seqs?: readonly number[]): Promise<void>;
  /** Keeps an operation from being removed by retention, or no longer. */
  pin(id: number, isPinned: boolean): Promise<void>;
}

export const createOperationsSlice: Slice<OperationsSlice> = (set, get, bridge) => {
  const news = createNews<number>();
  const put = (operation: Operation, progress: Progress | null) => {
    const operations = new Map(get().operations);
    const before = operations.get(operation.id);
    operations.delete(operation.id);
    operations.set(operation.id, { operation, progress });
    const actor = get().info?.actor;
    const kept = atHand(operations, actor);
    const left = onRail(operations, actor).length - onRail(kept, actor).length;
    set({ operations: kept, unlisted: get().unlisted + left });
    // Rows keep their places while things run; once it is over or stands still, the view is made afresh.
    const was = before?.operation.state ?? operation.state;
    const standsStill = operation.state === 'paused' || isFinal(operation.state);
    if (was !== operation.state && !isFinal(was) && standsStill) get().refreshViewSoon();
  };

  const progressOf = ({ id, state }: Operation) =>
    isFinal(state) ? null : (get().operations.get(id)?.progress ?? null);

  /** Takes an answer about an operation, unless events know better. */
  const putAnswer = async (id: number, request: () => Promise<Operation>) => {
    const isTold = news.since();
    const operation = await request();
    if (!isTold(id)) put(operation, progressOf(operation));
  };

  /** The one way to a preview. Does nothing while another plan is being made. */
  const planWith = async (make: () => Promise<Operation>): Promise<void> => {
    const { overlay, isPlanning } = get();
    if (isPlanning) return;
    set({ isPlanning: true, planning: null });
    try {
      const draft = await make();
      // Who closed the form meanwhile does not want to see it.
      if (get().overlay === overlay) get().showPreview(draft);
      else await bridge.request('operations.discard', { id: draft.id });
    } finally {
      set({ isPlanning: false, planning: null });
    }
  };

  const preview = (make: () => Promise<Operation>) =>
    planWith(make).catch((error: unknown) => set({ notice: toErrorDto(error) }));

  return {
    operations: new Map(),
    unlisted: 0,
    planning: null,
    isPlanning: false,

    loadOperations: async () => {
      const isTold = news.since();
      const onOwnRail = { isDismissed: false, isOwn: true };
      const [own, underWay] = await Promise.all([
        bridge.request('operations.list', { ...onOwnRail, limit: 50 }),
        bridge.request('operations.list', { states: [...underWayStates], limit: 50 }),
      ]);
      // Only who has more than a page of them needs them counted.
      const { count } = own.hasMore
        ? await bridge.request('operations.count', onOwnRail)
        : { count: own.operations.length };
      const listed = [...underWay.operations, ...own.operations]
        .map((operation) => [operation.id, { operation, progress: progressOf(operation) }] as const)
        .sort(([one], [other]) => one - other);
      const told = [...get().operations].filter(([id]) => isTold(id));
      set({ operations: new Map([...listed, ...told]), unlisted: count - own.operations.length });
      if (own.operations.some((operation) => !isFinal(operation.state))) get().setRailOpen(true);
    },

    applyUpdate: ({ operation, progress }) => {
      if (operation.state === 'draft') return;
      news.told(operation.id);
      const isNew = !get().operations.has(operation.id);
      put(operation, progress);
      // Until it is known who one is, it may be one's own.
      const actor = get().info?.actor ?? operation.actor;
      if (isNew && isOnRail(operation, actor)) get().setRailOpen(true);
    },

    applyDismissed: ({ actor }) => {
      if (actor === get().info?.actor) get().loadOperations().catch(get().showNotice);
    },

    applyPlanning: (planning) => set({ planning }),

    plan: (request) => planWith(() => bridge.request('operations.plan', request)),
    preview,
    undo: (id, { seqs, fields } = {}) =>
      preview(() =>
        bridge.request('operations.undo', {
          id,
          ...(seqs ? { seqs: [...seqs] } : {}),
          ...(fields ? { fields: [...fields] } : {}),
        }),
      ),
    retry: (id) => preview(() => bridge.request('operations.retry', { id })),

    start: async (id, options) => {
      const { beneath } = get();
      await putAnswer(id, () => bridge.request('operations.start', options ? { id, options } : { id }));
      get().setRailOpen(true);
      // What a form planned was chosen for it; an undo or a retry leaves alone what is chosen meanwhile.
      if (beneath.kind === 'action') get().clearChosen();
      get().closeOverlay();
    },

    settleUnknown: async (id, how, seqs) => {
      try {
        await bridge.request('operations.settle_unknown', { id, how, ...(seqs ? { seqs: [...seqs] } : {}) });
      } catch (error) {
        get().showNotice(error);
      }
    },

    pin: async (id, isPinned) => {
      try {
        await putAnswer(id, () => bridge.request('operations.pin', { id, isPinned }));
      } catch (error) {
        get().showNotice(error);
      }
    },

    command: async (id, command) => {
      try {
        await putAnswer(id, () => bridge.request(`operations.${command}`, { id }));
        // Another one comes into its place.
        if (command === 'dismiss' && get().unlisted > 0) await get().loadOperations();
      } catch (error) {
        get().showNotice(error);
      }
    },

    dismissEnded: async () => {
      try {
        await bridge.request('operations.dismiss_ended', {});
      } catch (error) {
        get().showNotice(error);
      }
    },
  };
};

type Operations = OperationsSlice['operations'];

/** Ended operations on the rail, and as many that are not on it, that are kept at hand. */
const endedAtHand = 100;

function atHand(operations: Operations, actor: string | undefined): Operations {
  const ended = { onRail: 0, elsewhere: 0 };
  const kept = [...operations].reverse().filter(([, { operation }]) => {
    if (!isFinal(operation.state)) return true;
    const where = isOnRail(operation, actor) ? 'onRail' : 'elsewhere';
    ended[where] += 1;
    return ended[where] <= endedAtHand;
  });
  return kept.length === operations.size ? operations : new Map(kept.reverse());
}

/**
 * One's own stand on the rail until they are dismissed. Of what others do, whose scripts may edit records one by one by
 * the hundred, operations on several records do while they are under way.
 */
function isOnRail(operation: Operation, actor: string | undefined): boolean {
  if (operation.isDismissed) return false;
  return operation.actor === actor || (!isFinal(operation.state) && countsOf(operation.tallies).total > 1);
}

/** The operations on the rail of this user, in any order. */
export function onRail(operations: Operations, actor: string | undefined): TrackedOperation[] {
  return [...operations.values()].filter(({ operation }) => isOnRail(operation, actor));
}

/** The same in the order of the rail: under way first, then the latest. */
export function railOrder(operations: Operations, actor: string | undefined): readonly TrackedOperation[] {
  return onRail(operations, actor).sort(
    (a, b) =>
      Number(isFinal(a.operation.state)) - Number(isFinal(b.operation.state)) ||
      b.operation.id - a.operation.id,
  );
}
