/** On which the window asks, and on which it is told. */
export const requestChannel = 'bulkhead:request';
export const eventChannel = 'bulkhead:event';
