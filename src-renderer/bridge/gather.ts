/** Long enough that what waits together comes together, too short to be seen. */
const gatherMs = 16;

export interface Gathering<T> {
  readonly add: (one: T) => void;
  /** Hands on what waits, before anything is known that is newer. */
  readonly handOn: () => void;
}

/**
 * Hands on what comes, in its order, and at one go what comes within a moment: the window draws once for all of it. For
 * a page that hung thousands of events wait, and drawing after each takes most of the time.
 */
export function gather<T>(take: (one: T) => void): Gathering<T> {
  let waiting: T[] = [];
  const handOn = () => {
    const all = waiting;
    waiting = [];
    for (const one of all) {
      try {
        take(one);
      } catch (error) {
        // What comes after it is told all the same, as if each had come alone.
        reportError(error);
      }
    }
  };
  return {
    add: (one) => {
      if (waiting.push(one) === 1) setTimeout(handOn, gatherMs);
    },
    handOn,
  };
}
