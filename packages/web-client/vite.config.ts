/** Two builds: the musician's page (dist), and the gallery of its elements on fixed data (build-gallery). */
import { defineConfig } from 'vite';

export default defineConfig(({ command, mode }) => {
  // Whoever builds, even a test run that has its own NODE_ENV, gets Lit as musicians do, without its development warnings.
  if (command === 'build') process.env['NODE_ENV'] = 'production';
  const gallery = mode === 'gallery';
  return {
    build: {
      outDir: gallery ? 'build-gallery' : 'dist',
      emptyOutDir: true,
      // The polyfill would be an inline script; every browser that runs Lit 3 has modulepreload or needs none.
      modulePreload: { polyfill: false },
      // Nothing as a data: URL, so that the page's content security policy can stay at 'self'.
      assetsInlineLimit: 0,
      rolldownOptions: { input: gallery ? 'gallery/index.html' : 'index.html' },
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
