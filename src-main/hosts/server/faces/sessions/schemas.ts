import { z } from 'zod';
import { kindLimits } from '../http/limits.ts';
import { idList, TextId } from '../operations/ids.ts';
import { wireStates } from '../operations/standing.ts';

const Time = z.iso.datetime();

export const sessionActions = ['delete', 'close', 'archive', 'export'] as const;
export type SessionAction = (typeof sessionActions)[number];

function ids(action: SessionAction) {
  return idList(TextId, kindLimits[`sessions.${action}`].maxIds);
}

export const ValidateRequest = z.strictObject({
  session_ids: idList(TextId, kindLimits['sessions.validate'].maxIds),
  action: z.enum(sessionActions),
});
export const DeleteRequest = z.strictObject({
  session_ids: ids('delete'),
  /** Off: title and transcript are erased for good. */
  soft_delete: z.boolean().default(true),
  cascade_exports: z.boolean().default(false),
});
export const CloseRequest = z.strictObject({ session_ids: ids('close') });
export const ArchiveRequest = z.strictObject({ session_ids: ids('archive') });
export const ExportRequest = z.strictObject({
  session_ids: ids('export'),
  format: z.enum(['csv', 'json']).default('csv'),
  include_details: z.boolean().default(false),
});

export const Validation = z.strictObject({
  eligible_count: z.int(),
  ineligible_count: z.int(),
  eligible: z.array(z.string()),
  ineligible: z.array(z.strictObject({ session_id: z.string(), reason: z.string() })),
});

export const Accepted = z.strictObject({
  success: z.literal(true),
  operation_id: z.string(),
  status: z.enum(wireStates),
  total: z.int(),
  created_at: Time,
  estimated_completion: Time.nullable(),
});

export const Exported = z.strictObject({
  success: z.literal(true),
  operation_id: z.string(),
  download_url: z.string(),
  metadata: z.strictObject({ format: z.enum(['csv', 'json']), expires_at: Time, count: z.int() }),
});

export const Status = z.strictObject({
  operation_id: z.string(),
  operation_type: z.string(),
  status: z.enum(wireStates),
  total: z.int(),
  processed: z.int(),
  successful: z.int(),
  failed: z.int(),
  /** 0 to 100. */
  progress: z.number().min(0).max(100),
  errors: z.array(
    z.strictObject({ session_id: z.string(), error_code: z.string(), error_message: z.string() }),
  ),
  has_more_errors: z.boolean(),
  estimated_duration_seconds: z.number().nullable(),
  created_at: Time,
  started_at: Time.nullable(),
  completed_at: Time.nullable(),
  download_url: z.string().nullable(),
});

const Rate = z.strictObject({
  max_sessions: z.int(),
  per_minute: z.int().nullable(),
  /** A limit that an admin has set for one person beside it. */
  also: z.strictObject({ operations: z.int(), per_seconds: z.number() }).optional(),
});

export const Info = z.strictObject({
  /** By state. */
  counts: z.record(z.string(), z.int()),
  total: z.int(),
  limits: z.strictObject({
    max_sessions_per_operation: z.int(),
    max_sessions_per_export: z.int(),
    operation_timeout_seconds: z.int(),
    max_concurrent_operations: z.int(),
  }),
  rate_limits: z.record(z.enum(sessionActions), Rate),
});
