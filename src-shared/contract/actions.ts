import { z } from 'zod';
import { CollectionName } from '../collections/index.ts';
import type { RequestContract } from './contract.ts';

/** One control of an action's form. The action checks the input itself; this only says how to ask for it. */
export const FormField = z.strictObject({
  name: z.string(),
  label: z.string(),
  /**
   * `choice` one of `choices`; `line` one line of text; `text` several; `switch` yes or no;
   * `columns` fields of the collection in an order; `target` a place to save, chosen through the host.
   */
  kind: z.enum(['choice', 'line', 'text', 'switch', 'columns', 'target']),
  choices: z.array(z.strictObject({ value: z.string(), label: z.string() })).optional(),
  /** Offer the values that this field of the collection already has. */
  suggestFrom: z.string().optional(),
  /** It is asked only while another control has one of these values. */
  onlyWith: z.strictObject({ field: z.string(), values: z.array(z.string()).min(1) }).optional(),
  isRequired: z.boolean(),
  initial: z.union([z.string(), z.boolean(), z.array(z.string())]).optional(),
  help: z.string().optional(),
});
export type FormField = z.infer<typeof FormField>;

/** An action as the window offers it for a selection. */
export const ActionInfo = z.strictObject({
  collection: CollectionName,
  name: z.string(),
  /** On the button: a verb and what it is done to. */
  label: z.string(),
  form: z.array(FormField),
  /** Shown in red and confirmed by typing the count. */
  isDestructive: z.boolean(),
  /** Offered when the filter shows deleted records, and only then. */
  forDeleted: z.boolean(),
});
export type ActionInfo = z.infer<typeof ActionInfo>;

export const actionRequests = {
  /** The actions that a selection may be given, in the order of the menu. */
  'actions.list': { input: z.strictObject({}), output: z.strictObject({ actions: z.array(ActionInfo) }) },
} satisfies RequestContract;
