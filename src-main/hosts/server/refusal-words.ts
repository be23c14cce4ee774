/** What each status of a refusal means, and what to do then. */
export const refusals = {
  400: { means: 'The request could not be read.', next: 'Correct it and send it again.' },
  401: {
    means: 'No token, or one that is not valid.',
    next: 'Send the token of a user of this console as "Authorization: Bearer …".',
  },
  403: {
    means:
      'The token does not permit this, or the request was not made in the way that the console requires.',
    next: 'Use the token of somebody who may, at the address that the console printed.',
  },
  404: {
    means: 'It does not exist, or it belongs to somebody else.',
    next: 'Check the address, and whose token it is.',
  },
  405: { means: 'The address answers to another method.', next: 'Use a method that Allow names.' },
  406: {
    means: 'The address answers with another type.',
    next: 'Name the type in Accept that the message names.',
  },
  408: { means: 'It came too slowly.', next: 'Send it again.' },
  409: {
    means: 'It is not in a state for this, or the key was used for another request.',
    next: 'Look at its present state, and ask for what is still wanted, under a new key.',
  },
  410: {
    means: 'It is not there any more.',
    next: 'Start over: read again without a cursor, or export again.',
  },
  412: {
    means: 'The record has moved on.',
    next: 'Read the record again, and make the change on that version.',
  },
  413: { means: 'The body is too large.', next: 'Send less at a time.' },
  414: { means: 'The address is too long.', next: 'Shorten it.' },
  415: { means: 'The body is of another type.', next: 'Send the type that the message names, as it is.' },
  417: { means: 'Expect takes 100-continue only.', next: 'Leave Expect out.' },
  422: {
    means: 'What was sent is wrong; the answer names it.',
    next: 'Correct what the message names, and send it again.',
  },
  428: { means: 'If-Match is missing.', next: 'Send If-Match with the ETag of the record.' },
  429: {
    means: 'Too many; Retry-After says when there is room again.',
    next: 'Wait as many seconds as Retry-After says, then send it again.',
  },
  431: { means: 'The headers are too many, or too long.', next: 'Send fewer, or shorter ones.' },
  500: {
    means: 'An unexpected error; the log says more.',
    next: 'Check what has been done before you send it again; the log of the console says more.',
  },
  503: { means: 'Not now.', next: 'Wait as many seconds as Retry-After says, then send it again.' },
  507: { means: 'The disk is full.', next: 'Free some space where the console is, then send it again.' },
} as const;
export type RefusalStatus = keyof typeof refusals;

/** What is answered in the same words by the console's own addresses and by the APIs. */
export const nothingHere = 'There is nothing at this address.';
export const unexpected = 'Something unexpected happened; the request may not have been carried out.';
