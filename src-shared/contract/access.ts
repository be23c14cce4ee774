import { hasRole, type Role } from '../domain/user.ts';
import type { RequestName } from './index.ts';

/** What each role may ask beside what the roles below it may. Whatever is not named here takes an admin. */
const requestsOf = {
  viewer: [
    'app.info',
    'settings.get',
    'actions.list',
    'records.page',
    'records.view',
    'records.rows',
    'records.ids',
    'records.count',
    'records.facets',
    'records.get',
    'records.comments',
    'records.touches',
    'records.changes',
    'records.states',
    'operations.get',
    'operations.by_key',
    'operations.list',
    'operations.count',
    'operations.items',
    'operations.journal',
    'history.statistics',
    'templates.list',
    'schedules.list',
    'schedules.preview',
  ],
  agent: [
    'operations.plan',
    'operations.undo',
    'operations.retry',
    'operations.settle_unknown',
    'operations.start',
    'operations.pin',
    'operations.pause',
    'operations.resume',
    'operations.cancel',
    'operations.discard',
    'operations.dismiss',
    'operations.dismiss_ended',
    'files.choose',
    'files.choose_target',
    'files.reveal',
    'imports.inspect',
    'imports.plan',
    'imports.plan_rows',
    'imports.plan_update',
    'imports.stop',
    'imports.rejected',
    'imports.save_rejected',
  ],
} as const satisfies Partial<Record<Role, readonly RequestName[]>>;

const leastRoles: ReadonlyMap<RequestName, Role> = new Map<RequestName, Role>([
  ...requestsOf.viewer.map((name) => [name, 'viewer'] as const),
  ...requestsOf.agent.map((name) => [name, 'agent'] as const),
]);

/** True where someone of this role may make the request. */
export function mayAsk(role: Role, name: RequestName): boolean {
  return hasRole(role, leastRoles.get(name) ?? 'admin');
}
