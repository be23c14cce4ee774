/**
 * Answers what asks for something to be done: now, or as soon as it has been over for `gapMs`. However often it is asked
 * for until then, it is done once, and never twice at a time. `work` tells of its failures itself.
 */
export function createPace(work: () => Promise<void> | void, gapMs: number): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let isBusy = false;
  let isWanted = false;
  let overAt = Number.NEGATIVE_INFINITY;

  async function go(): Promise<void> {
    timer = null;
    isBusy = true;
    await work();
    isBusy = false;
    overAt = Date.now();
    if (!isWanted) return;
    isWanted = false;
    ask();
  }

  function ask(): void {
    if (isBusy) isWanted = true;
    else timer ??= setTimeout(() => void go(), Math.max(0, overAt + gapMs - Date.now()));
  }

  return ask;
}
