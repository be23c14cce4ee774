import { z } from 'zod';
import { CollectionName } from '../collections/index.ts';
import { Limits } from '../domain/limit.ts';
import type { RequestContract } from './contract.ts';

export const AppInfo = z.strictObject({
  version: z.string(),
  host: z.enum(['electron', 'browser']),
  workspace: z.strictObject({ name: z.string(), path: z.string() }),
  actor: z.string(),
});
export type AppInfo = z.infer<typeof AppInfo>;

/** Of all collections together. */
export const maxSavedFilters = 100;

const preferences = {
  theme: z.enum(['system', 'light', 'dark']),
  density: z.enum(['compact', 'comfortable']),
  /** The columns of each grid, where somebody has chosen them. */
  columns: z.partialRecord(CollectionName, z.array(z.string()).max(40)),
  savedFilters: z
    .array(
      z.strictObject({
        collection: CollectionName,
        name: z.string().min(1).max(80),
        text: z.string().max(2000),
      }),
    )
    .max(maxSavedFilters),
  /** Days after which ended operations lose their items, and exports in the workspace their files; null keeps them. */
  historyDays: z.int().min(1).max(36_500).nullable(),
  exportDays: z.int().min(1).max(36_500).nullable(),
  limits: Limits,
};

/** Preferences of the window. Unknown or damaged values fall back to these defaults when read. */
export const Settings = z.strictObject({
  theme: preferences.theme.default('system'),
  density: preferences.density.default('compact'),
  columns: preferences.columns.default({}),
  savedFilters: preferences.savedFilters.default([]),
  historyDays: preferences.historyDays.default(null),
  exportDays: preferences.exportDays.default(null),
  limits: preferences.limits.default([]),
});
export type Settings = z.infer<typeof Settings>;

export const appRequests = {
  'app.info': { input: z.strictObject({}), output: AppInfo },
  /** Puts text into the system's clipboard, which the desktop denies its page. A page in the browser has one of its own. */
  'app.copy': { input: z.strictObject({ text: z.string().min(1).max(10_000) }), output: z.strictObject({}) },
  'settings.get': { input: z.strictObject({}), output: Settings },
  /** Changes what is named and leaves the rest: no defaults here, or one change would reset the others. */
  'settings.update': { input: z.strictObject(preferences).partial(), output: Settings },
} satisfies RequestContract;

export const appEvents = {
  /** Somebody changed them, in this window or another one. */
  'settings.changed': Settings,
} as const;
