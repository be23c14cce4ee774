import type { z } from 'zod';
import type { CollectionName } from '../../src-shared/collections/index.ts';
import type { FormField } from '../../src-shared/contract/actions.ts';
import type { Condition } from '../../src-shared/domain/condition.ts';
import type { Changes, Reason } from '../../src-shared/domain/item.ts';
import type { OperationDetail } from '../../src-shared/domain/operation.ts';
import type { ExportFormat } from './export-format.ts';

/** Records that satisfy every condition are skipped, for this reason. The first rule that fits counts. */
export interface Rule {
  readonly reason: Reason;
  readonly when: readonly Condition[];
}

/** What a value is computed from: into how many pieces the transcript is cut, or null where there is none. */
export type Computation = 'transcript_pieces';

/**
 * What an action does to a record, as data: from it follow the per-record form (`plan-record.ts`) and the
 * set-based SQL form (`src-main/sql/operations/plan.ts`), which a property test holds equal.
 */
export type Change =
  | {
      readonly kind: 'set';
      readonly values: Changes;
      /** Fields whose value follows from the record itself. */
      readonly computed?: Readonly<Record<string, Computation>>;
      readonly rules: readonly Rule[];
      /** What is said of a record that has these values; `already_so` where nothing else is. */
      readonly sameReason?: Reason;
      /** Fields that are emptied for good: nothing brings them back. */
      readonly erase?: readonly string[];
    }
  | {
      readonly kind: 'comment';
      readonly body: string;
      readonly isInternal: boolean;
      readonly rules: readonly Rule[];
    }
  | {
      readonly kind: 'export';
      /** A handle of the host, or null where the planner is told the place. */
      readonly target: string | null;
      readonly columns: readonly string[];
      readonly hasBom: boolean;
      readonly format?: ExportFormat;
      readonly hasDetails?: boolean;
    };

export interface ActionContext {
  readonly nowMs: number;
}

/** An action's input, checked, and what follows from it. */
export interface PreparedAction {
  readonly input: unknown;
  /** The operation as a sentence, for the history. */
  readonly title: string;
  readonly details: readonly OperationDetail[];
  readonly change: Change;
}

/** One bulk action of one collection: one file of this shape and one line in `index.ts`. */
export interface Action {
  readonly name: string;
  readonly label: string;
  readonly collection: CollectionName;
  readonly form: readonly FormField[];
  readonly isReversible: boolean;
  readonly isDestructive: boolean;
  /** For deleted records, and only for them. */
  readonly forDeleted: boolean;
  /** What it does not do, said in every plan of it. */
  readonly warning?: string;
  /** Throws a `ZodError` for an input that the action does not take. */
  readonly prepare: (input: unknown, context: ActionContext) => PreparedAction;
}

interface ActionDefinition<Input> extends Partial<Omit<Action, 'prepare'>> {
  readonly collection: CollectionName;
  readonly name: string;
  readonly label: string;
  readonly input: z.ZodType<Input>;
  readonly form: readonly FormField[];
  readonly title: (input: Input) => string;
  /** What the title leaves out. */
  readonly details?: (input: Input) => OperationDetail[];
  readonly change: (input: Input, context: ActionContext) => Change;
}

/** Makes an action of its declaration and fills in what most actions share. */
export function defineAction<Input>(definition: ActionDefinition<Input>): Action {
  const { input: schema, title, details, change, ...rest } = definition;
  return {
    isReversible: true,
    isDestructive: false,
    forDeleted: false,
    ...rest,
    prepare: (raw, context) => {
      const input = schema.parse(raw);
      return { input, title: title(input), details: details?.(input) ?? [], change: change(input, context) };
    },
  };
}
