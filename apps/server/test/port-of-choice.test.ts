import { loadSettings } from '@slimy/config';
import { freePort, isPortFree } from '@slimy/testing';
import { describe, expect, it } from 'vitest';
import { withPortOfChoice } from '../src/start/port-of-choice.ts';

describe('The port of the program', () => {
  it('is one that nobody else comes upon while the program starts, when any will do', async () => {
    const { settings, release } = await withPortOfChoice(loadSettings({ PORT: '0' }));
    const { PORT, PUBLIC_URL, API_URL } = settings;
    expect([PUBLIC_URL, API_URL]).toEqual([`http://127.0.0.1:${PORT}`, `http://127.0.0.1:${PORT}`]);
    expect(await isPortFree(PORT)).toBe(false);
    await release();
    expect(await isPortFree(PORT)).toBe(true);
  });

  it('is left to the moment of listening when it is given', async () => {
    const port = await freePort();
    const { settings, release } = await withPortOfChoice(loadSettings({ PORT: String(port) }));
    expect(settings.PORT).toBe(port);
    expect(await isPortFree(port)).toBe(true);
    await release();
  });
});
