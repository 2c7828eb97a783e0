/** Two builds: the musician's page (dist), and the gallery of its elements on fixed data (build-gallery). */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { transform as minifyStyles } from 'lightningcss';
import { defineConfig, type Plugin } from 'vite';
import { compiledDecorators } from './compiled-decorators.ts';

const SERVICE_WORKER = 'service-worker';
const EARLY = 'early';
const EARLY_MODULES = /preload-helper|\/(?:boot\/(?:early|memory|parts)|words\/words)\.ts$/;
/** From public/, and unlike everything else not named by content. */
const ICONS = ['/icons/icon-192.png', '/icons/icon-512.png', '/icons/maskable-512.png'];

/** Tells the service worker what the build is made of. Another file, or another content, is another worker. */
function buildFiles(): Plugin {
  return {
    name: 'build-files',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const worker = bundle[`${SERVICE_WORKER}.js`];
      if (worker?.type !== 'chunk') return;
      const assets = Object.keys(bundle).filter((name) => name.startsWith('assets/'));
      const files = [...assets.map((name) => `/${name}`).sort(), '/manifest.webmanifest', ...ICONS];
      const hash = createHash('sha256').update(files.join('\n'));
      for (const path of [
        'index.html',
        'public/manifest.webmanifest',
        ...ICONS.map((icon) => `public${icon}`),
      ]) {
        hash.update(readFileSync(path));
      }
      const name = hash.digest('hex').slice(0, 16);
      worker.code = worker.code
        .replaceAll('BUILD_FILES', JSON.stringify(files))
        .replaceAll('BUILD_NAME', JSON.stringify(name));
    },
  };
}

/**
 * Styles and markup inside scripts, which minifiers of scripts leave alone: the styles minified, the markup without its indents,
 * and without the quotes and line ends that its tags can do without.
 */
function terseTemplates(): Plugin {
  const terseStyles = (_literal: string, styles: string): string => {
    const { code } = minifyStyles({ filename: 'styles.css', code: Buffer.from(styles), minify: true });
    return `css\`${code.toString()}\``;
  };
  return {
    name: 'terse-templates',
    enforce: 'pre',
    apply: 'build',
    transform(code, id) {
      if (!id.endsWith('.ts')) return null;
      const terse = code
        .replaceAll(/\bcss`([^`]*)`/g, terseStyles)
        .replaceAll(/\n\s+>/g, '>')
        .replaceAll(/\n\s+(?=[.@?]?[\w-]+=["$]|<\/?[a-z]|\$\{)/g, ' ')
        .replaceAll(/="([\w-]+)"(?=[\s>])/g, '=$1')
        .replaceAll(/\n\s+/g, '\n');
      return { code: terse, map: null };
    },
  };
}

/** Starts the early part by itself, before the page's script has come: see src/boot/early. */
function earlyScript(): Plugin {
  return {
    name: 'early-script',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle = {} }) {
        const early = Object.values(bundle).find((each) => each.type === 'chunk' && each.name === EARLY);
        if (early === undefined) return [];
        const attrs = { type: 'module', async: true, crossorigin: true, src: `/${early.fileName}` };
        return [{ tag: 'script', attrs, injectTo: 'head' }];
      },
    },
  };
}

/** Vite wraps every import() in a loader of styles, of which the page has none to load later; left to itself it is as long as all of early. */
function plainImports(): Plugin {
  return {
    name: 'plain-imports',
    enforce: 'pre',
    apply: 'build',
    load: (id) =>
      id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : null,
  };
}

/** What may not wait for the page; all else that the first view needs; what several of the later parts need. */
const CHUNKS = [
  { name: EARLY, test: EARLY_MODULES, priority: 1 },
  { name: 'page', tags: ['$initial' as const], test: (id: string) => !id.includes(SERVICE_WORKER) },
  { name: 'shared', minShareCount: 2 },
];

export default defineConfig(({ command, mode }) => {
  // Whoever builds, even a test run that has its own NODE_ENV, gets Lit as musicians do, without its development warnings.
  if (command === 'build') process.env['NODE_ENV'] = 'production';
  const gallery = mode === 'gallery';
  const page = {
    index: 'index.html',
    [EARLY]: `src/boot/${EARLY}.ts`,
    [SERVICE_WORKER]: `src/boot/${SERVICE_WORKER}.ts`,
  };
  return {
    plugins: [
      compiledDecorators(),
      terseTemplates(),
      plainImports(),
      ...(gallery ? [] : [buildFiles(), earlyScript()]),
    ],
    build: {
      outDir: gallery ? 'build-gallery' : 'dist',
      emptyOutDir: true,
      // Nothing to load before anything else: the later parts need only what is there.
      modulePreload: false,
      // One file of styles, in the page's head: no script has to know it.
      cssCodeSplit: false,
      // Nothing as a data: URL, so that the page's content security policy can stay at 'self'.
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: gallery ? 'gallery/index.html' : page,
        output: {
          // A const can be put in where it is used; the var that Vite would make of it cannot.
          topLevelVar: false,
          codeSplitting: gallery ? true : { groups: CHUNKS },
          // A worker reaches as far as its own folder, and is asked for by the same name for ever.
          entryFileNames: ({ name }) =>
            name === SERVICE_WORKER ? `${SERVICE_WORKER}.js` : 'assets/[name]-[hash].js',
        },
      },
    },
    server: {
      host: '127.0.0.1',
      port: 5173,
      strictPort: true,
      // The server knows itself by its own address, so the Host header is made to say it.
      proxy: { '/ws': { target: 'ws://127.0.0.1:5100', ws: true, changeOrigin: true } },
    },
  };
});
