import { cancel } from './cancel.ts';
import { downloadRoutes } from './downloads.ts';
import { documentRoute } from './openapi.ts';
import { orderRoutes } from './orders.ts';
import { recordRoutes } from './records.ts';
import type { Route } from './route.ts';
import { sessionRoutes } from './sessions.ts';
import { ticketRoutes } from './tickets.ts';
import { videoRoutes } from './videos.ts';

const documented: readonly Route[] = [
  ...ticketRoutes,
  ...sessionRoutes,
  ...videoRoutes,
  ...orderRoutes,
  ...recordRoutes,
  ...downloadRoutes,
  cancel,
];

/** Every address of the APIs. Where two fit a path, the first counts: those without braces come first. */
export const routes: readonly Route[] = [...documented, documentRoute(documented)];
