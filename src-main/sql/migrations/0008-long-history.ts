/**
 * What is asked of the operations at each new one is found without a walk through the history: those under way, those
 * that count against somebody's rate, and those that say how fast an action is.
 */
export const longHistory = `
CREATE INDEX operations_state ON operations (state, actor);
CREATE INDEX operations_started ON operations (actor, started_at);
CREATE INDEX operations_size ON operations (collection, action, last_seq);
`;
