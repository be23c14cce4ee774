import { buildIfChanged } from './lib/build-if-changed.mjs';
import { requireNode } from './lib/require-node.mjs';

requireNode();
buildIfChanged();
// In this very process, so that a signal to it reaches the console.
await import('../out/main/server.cjs');
