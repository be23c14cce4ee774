import { z } from 'zod';
import type { Collection } from './field.ts';
import { orders } from './orders.ts';
import { sessions } from './sessions.ts';
import { tickets } from './tickets.ts';
import { videos } from './videos.ts';

/** Every collection, in the order of the navigation. */
export const collections = { tickets, sessions, videos, orders } as const satisfies Record<
  string,
  Collection
>;
export type CollectionName = keyof typeof collections;
export const collectionNames = Object.keys(collections) as [CollectionName, ...CollectionName[]];
export const CollectionName = z.enum(collectionNames);
