import type { Browser } from 'playwright-core';
import { binaryPath } from '../processes/binary.js';
import { temporaryFolder } from '../processes/temporary-folder.js';

/** Names under which distributions ship Chromium, best first. */
export const chromiumNames = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/**
 * Starts a headless Chromium from the PATH with a profile folder of its own. Make a context for each person
 * (`browser.newContext()`) and close the browser when done; it also ends with the process.
 */
export async function launchChromium(): Promise<Browser> {
  // Loaded here: it is large, and most suites that use this package open no browser.
  const { chromium } = await import('playwright-core');
  const persistent = await chromium.launchPersistentContext(temporaryFolder('chromium'), {
    executablePath: binaryPath(chromiumNames, 'chromium'),
    headless: true,
    // Containers and CI users have neither a sandbox helper, nor a GPU, nor a large /dev/shm.
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
  });
  const browser = persistent.browser();
  if (!browser) throw new Error('Chromium gave no browser for its own profile.');
  return browser;
}
