// Runs before anything is drawn or loaded; a file of its own, because the content policy allows no inline script.
(() => {
  // The policy forbids `new Function`, which zod would otherwise try.
  globalThis.__zod_globalConfig = { jitless: true };
  // The first paint is already in the person's colours.
  let chosen = null;
  try {
    chosen = localStorage.getItem('mantine-color-scheme-value');
  } catch {
    // Without storage the system's colours hold.
  }
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const scheme = chosen === 'light' || chosen === 'dark' ? chosen : dark ? 'dark' : 'light';
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme);
})();
