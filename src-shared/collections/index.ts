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

/** The collection of a stored name. Throws a `ZodError` for a name that no collection has. */
export function collectionOf(name: string): Collection {
  return collections[CollectionName.parse(name)];
}
