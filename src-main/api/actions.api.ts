import type { ActionInfo, actionRequests } from '../../src-shared/contract/actions.ts';
import type { Action } from '../actions/action.ts';
import { actions } from '../actions/index.ts';
import type { ApiOf } from './api.ts';

export const actionsApi = (): ApiOf<typeof actionRequests> => ({
  'actions.list': async () => ({ actions: actions.map(infoOf) }),
});

function infoOf({ collection, name, label, form, isDestructive, forDeleted }: Action): ActionInfo {
  return { collection, name, label, form: [...form], isDestructive, forDeleted };
}
