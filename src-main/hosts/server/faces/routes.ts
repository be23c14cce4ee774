import { downloadRoutes } from './downloads.ts';
import { orderRoutes } from './orders.ts';
import { recordRoutes } from './records.ts';
import type { Route } from './route.ts';
import { sessionRoutes } from './sessions.ts';
import { ticketRoutes } from './tickets.ts';

/** Every address of the APIs. Where two fit a path, the first counts: those without braces come first. */
export const routes: readonly Route[] = [
  ...ticketRoutes,
  ...sessionRoutes,
  ...orderRoutes,
  ...recordRoutes,
  ...downloadRoutes,
];
