import type { Item, ItemState } from '../../src-shared/domain/item.ts';
import { isEnding, isFinal, type Operation } from '../../src-shared/domain/operation.ts';
import type { RemoteState } from '../../src-shared/domain/remote.ts';
import { deliveryLook } from '../format/deliveries.ts';
import type { Look } from '../format/looks.ts';
import { remoteLooks } from '../format/remotes.ts';
import { useConsole } from '../state/context.tsx';
import { Badge } from './badge.tsx';

const operationLooks: Readonly<Record<Operation['state'], Look>> = {
  draft: { word: 'Not started', tone: 'neutral', icon: 'clock' },
  pending: { word: 'Waiting', tone: 'warning', icon: 'clock' },
  in_progress: { word: 'Running', tone: 'info', icon: 'play' },
  paused: { word: 'Paused', tone: 'warning', icon: 'pause' },
  completed: { word: 'Done', tone: 'success', icon: 'done' },
  partial: { word: 'Partly done', tone: 'warning', icon: 'warning' },
  failed: { word: 'Failed', tone: 'danger', icon: 'error' },
  cancelled: { word: 'Cancelled', tone: 'neutral', icon: 'stop' },
};

const itemLooks: Readonly<Record<ItemState, Look>> = {
  planned: { word: 'Planned', tone: 'neutral', icon: 'clock' },
  applying: { word: 'Running', tone: 'info', icon: 'play' },
  done: { word: 'Done', tone: 'success', icon: 'done' },
  skipped: { word: 'Skipped', tone: 'neutral', icon: 'skip' },
  failed: { word: 'Failed', tone: 'danger', icon: 'error' },
  cancelled: { word: 'Cancelled', tone: 'neutral', icon: 'stop' },
  unknown: { word: 'Unknown', tone: 'warning', icon: 'warning' },
};

const undoneLook: Look = { word: 'Undone', tone: 'neutral', icon: 'undo' };

/** An operation's state by word, colour and icon. While the console is away, the last that was known of it. */
export function OperationStatusBadge({
  operation,
  isHeldUp = false,
}: {
  readonly operation: Pick<Operation, 'state' | 'isCancelling' | 'stoppedBy'>;
  /** All that is left waits for a remote. */
  readonly isHeldUp?: boolean;
}) {
  const isAway = useConsole((state) => state.connection === 'lost');
  const { state, stoppedBy } = operation;
  const look: Look = isEnding(operation)
    ? { word: stoppedBy ? 'Stopping' : 'Cancelling', tone: 'warning', icon: 'stop' }
    : operationLooks[isHeldUp && state === 'in_progress' ? 'pending' : state];
  if (isAway && !isFinal(state)) {
    return <Badge icon="offline">Was {look.word.toLowerCase()}</Badge>;
  }
  return <LookBadge look={look} />;
}

/** What a remote was told of an item, by word, colour and icon. */
export function DeliveryBadge({ delivery }: { readonly delivery: NonNullable<Item['delivery']> }) {
  return <LookBadge look={deliveryLook(delivery)} />;
}

/** A remote's state by word, colour and icon. */
export function RemoteStatusBadge({ state }: { readonly state: RemoteState }) {
  return <LookBadge look={remoteLooks[state]} />;
}

function LookBadge({ look }: { readonly look: Look }) {
  return (
    <Badge tone={look.tone} icon={look.icon}>
      {look.word}
    </Badge>
  );
}

/** One item's state by word, colour and icon. */
export function ItemStatusBadge({
  state,
  isUndone = false,
}: {
  readonly state: ItemState;
  readonly isUndone?: boolean;
}) {
  return <LookBadge look={isUndone ? undoneLook : itemLooks[state]} />;
}
