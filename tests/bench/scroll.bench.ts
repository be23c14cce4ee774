import type { Page } from 'playwright';
import { ensureChromium } from '../../scripts/ensure-chromium.mjs';
import { commandFor, run } from '../../scripts/lib/tools.mjs';
import { removeFolder } from '../builders/workspace.ts';
import { launchBrowser, openPage } from '../e2e/browser.ts';
import { serve } from '../e2e/console-process.ts';
import { type Benchmark, byValue, percentile, type Result, type Scale } from './bench.ts';
import { workspaceOf } from './workspaces.ts';

const frames = 400;

/** Frames of the grid in Chromium while it is scrolled, a few rows at a time and by leaps. */
export const scrollBenchmark: Benchmark = {
  name: 'scroll',
  run: async (scale: Scale): Promise<Result[]> => {
    await ensureChromium();
    const { code, output } = await run(commandFor('scripts/build.mjs', ['--if-changed']), { isQuiet: true });
    if (code !== 0) throw new Error(`The build failed, so there is nothing to measure.\n${output}`);
    const folder = workspaceOf(scale.large);
    const served = await serve(folder);
    const browser = await launchBrowser();
    try {
      const { page } = await openPage(browser, served.url);
      await page
        .getByRole('status', { name: 'Tickets shown' })
        .getByText(scale.large.toLocaleString('en'))
        .waitFor();
      await page.getByLabel(`Select ticket ${scale.large}`).waitFor();
      const why =
        'The screen shows 60 frames a second; rows are requested ahead and redrawn only if they changed.';
      return [
        byValue(
          { name: 'frame while scrolling 4 rows a frame, p95', limit: 20, why },
          percentile(await scroll(page, 112), 0.95),
          'ms',
        ),
        byValue(
          {
            name: 'frame while scrolling 100 rows a frame, p95',
            limit: 40,
            why: 'All rows are new, so each frame waits for its rows and draws all of them.',
          },
          percentile(await scroll(page, 2_800), 0.95),
          'ms',
        ),
      ];
    } finally {
      await browser.close();
      await served.stop();
      removeFolder(folder);
    }
  },
};

/** Scrolls the grid by so many pixels a frame and answers how long each frame took. */
function scroll(page: Page, pixels: number): Promise<number[]> {
  return page.getByRole('grid', { name: 'Tickets' }).evaluate(
    async (grid, { count, step }) => {
      const scroller = [grid, ...grid.querySelectorAll('*')].find(
        (node) => node.scrollHeight > node.clientHeight * 2,
      );
      if (!scroller) throw new Error('nothing in the grid scrolls');
      const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
      const times: number[] = [];
      let before = await nextFrame();
      for (let frame = 0; frame < count; frame += 1) {
        scroller.scrollTop += step;
        const now = await nextFrame();
        times.push(now - before);
        before = now;
      }
      return times;
    },
    { count: frames, step: pixels },
  );
}
