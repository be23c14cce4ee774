import { type CollectionName, collectionNames } from '../../src-shared/collections/index.ts';
import type { Action, Rule } from './action.ts';
import { archiveOrders } from './orders/archive.ts';
import { deleteOrders } from './orders/delete.ts';
import { locked } from './orders/rules.ts';
import { statusUpdate } from './orders/status-update.ts';
import { archiveSessions } from './sessions/archive.ts';
import { closeSessions } from './sessions/close.ts';
import { deleteSessions } from './sessions/delete.ts';
import { deletionOf } from './shared/delete.ts';
import { editOf } from './shared/edit.ts';
import { exportOf } from './shared/export.ts';
import { restoreOf } from './shared/restore.ts';
import { addComment } from './tickets/add-comment.ts';
import { assign } from './tickets/assign.ts';
import { updateCategory } from './tickets/update-category.ts';
import { updatePriority } from './tickets/update-priority.ts';
import { updateStatus } from './tickets/update-status.ts';
import { deleteVideos } from './videos/delete.ts';
import { reprocessVideos } from './videos/reprocess.ts';
import { setCategory } from './videos/set-category.ts';

/** The actions of each collection, in the order of the menu. */
const actionsOf: Readonly<Record<CollectionName, readonly Action[]>> = {
  tickets: [
    updateStatus,
    addComment,
    assign,
    updatePriority,
    updateCategory,
    exportOf('tickets'),
    deletionOf('tickets'),
    restoreOf('tickets'),
  ],
  sessions: [
    closeSessions,
    archiveSessions,
    exportOf('sessions'),
    deleteSessions,
    restoreOf(
      'sessions',
      'Titles and transcripts that were erased do not come back, nor do exports that were deleted with their sessions.',
    ),
  ],
  videos: [
    setCategory,
    reprocessVideos,
    exportOf('videos'),
    deleteVideos,
    restoreOf('videos', 'Files and thumbnails that were removed do not come back.'),
  ],
  orders: [statusUpdate, archiveOrders, exportOf('orders'), deleteOrders, restoreOf('orders')],
};

/** Every action of every collection. */
export const actions: readonly Action[] = Object.values(actionsOf).flat();

/** What is on no menu. */
const others: readonly Action[] = collectionNames.map(editOf);

/** The action of that name of a collection, or undefined. */
export function actionOf(collection: string, name: string): Action | undefined {
  return [...actions, ...others].find((action) => action.collection === collection && action.name === name);
}

/** What keeps everybody from a record of a collection, whatever is to be done to it: an undo, which is no action, as well. */
export function holdsOf(collection: string): readonly Rule[] {
  return collection === 'orders' ? [locked] : [];
}
