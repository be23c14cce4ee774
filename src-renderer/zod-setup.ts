import { z } from 'zod';

// Compiled parsers need `eval`, which the page's policy forbids; even asking whether it works is a violation.
// This module is imported before any that declares a schema.
z.config({ jitless: true });
