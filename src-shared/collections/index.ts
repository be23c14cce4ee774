import { z } from 'zod';
import type { Collection } from './field.ts';
import { tickets } from './tickets.ts';

export const collections = { tickets } as const satisfies Record<string, Collection>;
export type CollectionName = keyof typeof collections;
export const CollectionName = z.enum(Object.keys(collections) as [CollectionName, ...CollectionName[]]);
