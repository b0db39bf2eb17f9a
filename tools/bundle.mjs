// Makes one file of each program, with what it imports: `node bundle.mjs <program>…`, in the folder of an app, reads
// `dist/<program>.js` and writes `dist/bundle/<program>.js`. Loading a thousand modules takes Node longer than all
// the rest of a start.
import { readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';

const dist = join(process.cwd(), 'dist');
const outdir = join(dist, 'bundle');
/** Stay files of their own: native libraries, and what finds others by itself or is loaded by few installations. */
const left = /^(?:libsql|sharp|@prisma\/client|@aws-sdk\/|@flystorage\/|zlib-sync|bufferutil|utf-8-validate)/;
const ownPlace = /\bimport\.meta\b|\b__dirname\b|\b__filename\b/;
const isModule = /^\s*(?:import|export)\b/m;

const fromBundle = (path) => {
  const place = relative(outdir, path).replaceAll('\\', '/');
  return place.startsWith('.') ? place : `./${place}`;
};

const leaveOut = {
  name: 'leave out',
  setup(bundle) {
    bundle.onResolve({ filter: left }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      if (pluginData === leaveOut) return undefined;
      const found = await bundle.resolve(path, { importer, resolveDir, kind, pluginData: leaveOut });
      // What is not installed is optional: whoever asks for it lives without it.
      return { path: found.errors.length > 0 ? path : fromBundle(found.path), external: true };
    });
  },
};

/** A file that asks where it lies is told where it lay before. */
const keepPlaces = {
  name: 'keep places',
  setup(bundle) {
    bundle.onLoad({ filter: /\.[cm]?js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!ownPlace.test(text)) return undefined;
      const place = JSON.stringify(fromBundle(path));
      if (isModule.test(text)) {
        return { contents: text.replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`) };
      }
      const names = `var __filename = __pathOf(${place}), __dirname = require('node:path').dirname(__filename);`;
      return { contents: `${names}${text}` };
    });
  },
};

rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints: process.argv.slice(2).map((program) => join(dist, `${program}.js`)),
  outdir,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  legalComments: 'none',
  logLevel: 'warning',
  banner: {
    js: [
      "import { createRequire as __createRequire } from 'node:module';",
      "import { fileURLToPath as __fileURLToPath } from 'node:url';",
      'const require = __createRequire(import.meta.url);',
      'const __pathOf = (place) => __fileURLToPath(new URL(place, import.meta.url));',
    ].join('\n'),
  },
  plugins: [leaveOut, keepPlaces],
});
