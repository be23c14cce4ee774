import type { Browser, Page } from 'playwright';

/** How long a page works to be told from others, in ms. */
const workMs = 400;

/**
 * The process of a page. A browser says how long each of its processes has worked, not whose it is: this page's is the one
 * that works when the page is told to. One of a page before it may still be ending then, so it is asked until there is no
 * doubt. Yet another one, kept in reserve, must live, or the next page never comes.
 */
export async function processOf(page: Page, browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const worked = async () => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    return processInfo.filter(({ type }) => type === 'renderer');
  };
  for (;;) {
    const before = new Map((await worked()).map(({ id, cpuTime }) => [id, cpuTime]));
    await page.evaluate((ms) => {
      for (const endMs = performance.now() + ms; performance.now() < endMs; );
    }, workMs);
    // One that has begun since is not this page's, and works hard as it begins.
    const since = (await worked()).flatMap(({ id, cpuTime }) => {
      const had = before.get(id);
      return had === undefined ? [] : [{ id, seconds: cpuTime - had }];
    });
    const [most, next] = since.toSorted((a, b) => b.seconds - a.seconds);
    if (most && most.seconds > 2 * (next?.seconds ?? 0)) {
      await session.detach();
      return most.id;
    }
  }
}

/** Kills the process of a page. Not by `Page.crash`, which Chromium refuses at times and which a page may not hear. */
export async function crash(page: Page, pid: number): Promise<void> {
  const crashed = page.waitForEvent('crash');
  process.kill(pid, 'SIGKILL');
  await crashed;
}
