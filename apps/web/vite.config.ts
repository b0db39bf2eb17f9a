import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = 'http://127.0.0.1:4000';
/** Calls are handed on as if the page came from the server: it refuses other origins. */
const handedOn = { target: server, changeOrigin: true, headers: { origin: server } };

export default defineConfig({
  plugins: [react()],
  build: {
    // The content policy allows neither inline scripts nor data: addresses for them.
    assetsInlineLimit: 0,
    // Browsers that know light-dark(); for older ones it would be rewritten into what Mantine's scheme does not drive.
    cssTarget: ['chrome125', 'firefox128', 'safari17.5'],
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/trpc': handedOn, '/auth': handedOn, '/uploads': handedOn } },
});
