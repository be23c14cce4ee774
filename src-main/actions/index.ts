import type { Action } from './action.ts';
import { addComment } from './add-comment.ts';
import { assign } from './assign.ts';
import { deleteTickets } from './delete.ts';
import { exportTickets } from './export.ts';
import { restoreTickets } from './restore.ts';
import { updateCategory } from './update-category.ts';
import { updatePriority } from './update-priority.ts';
import { updateStatus } from './update-status.ts';

/** Every action, in the order of the menu. */
export const actions: readonly Action[] = [
  updateStatus,
  addComment,
  assign,
  updatePriority,
  updateCategory,
  exportTickets,
  deleteTickets,
  restoreTickets,
];
