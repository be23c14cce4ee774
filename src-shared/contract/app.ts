import { z } from 'zod';
import type { RequestContract } from './contract.ts';

export const AppInfo = z.strictObject({
  version: z.string(),
  host: z.enum(['electron', 'browser']),
  workspace: z.strictObject({ name: z.string(), path: z.string() }),
  actor: z.string(),
});
export type AppInfo = z.infer<typeof AppInfo>;

/** Preferences of the window. Unknown or damaged values fall back to these defaults when read. */
export const Settings = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  density: z.enum(['compact', 'comfortable']).default('compact'),
  columns: z
    .array(z.string())
    .max(40)
    .default(['key', 'subject', 'status', 'priority', 'category', 'assignee', 'updatedAt']),
  savedFilters: z
    .array(z.strictObject({ name: z.string().min(1).max(80), text: z.string().max(2000) }))
    .max(100)
    .default([]),
});
export type Settings = z.infer<typeof Settings>;

export const appRequests = {
  'app.info': { input: z.strictObject({}), output: AppInfo },
  'settings.get': { input: z.strictObject({}), output: Settings },
  'settings.update': { input: Settings.partial(), output: Settings },
} satisfies RequestContract;
