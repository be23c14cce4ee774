/** What tried an operation again is found from it without a walk through the history. */
export const retries = 'CREATE INDEX operations_retry_of ON operations (retry_of) WHERE retry_of IS NOT NULL';
