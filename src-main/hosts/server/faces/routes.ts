import { downloadRoutes } from './downloads.ts';
import type { Route } from './route.ts';
import { ticketRoutes } from './tickets.ts';

/** Every address of the APIs. Where two fit a path, the first counts: those without braces come first. */
export const routes: readonly Route[] = [...ticketRoutes, ...downloadRoutes];
