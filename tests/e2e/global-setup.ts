import { ensureChromium } from '../../scripts/ensure-chromium.mjs';
import { commandFor, run } from '../../scripts/lib/tools.mjs';

/** Before the first end-to-end test: a browser to test with, and the page and the console as they would be shipped. */
export default async function setup(): Promise<void> {
  await ensureChromium();
  const { code, output } = await run(commandFor('scripts/build.mjs', ['--if-changed']), { isQuiet: true });
  if (code !== 0) throw new Error(`The build failed, so there is nothing to test.\n${output}`);
}
