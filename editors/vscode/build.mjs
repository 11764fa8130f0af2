// Bundles the extension into dist/; `--watch` keeps doing so. What activation does not need is loaded when it is used.
import { context } from 'esbuild';

const build = await context({
  entryPoints: ['src/extension.ts', 'src/connection.ts', 'src/install.ts'],
  outdir: 'dist',
  bundle: true,
  minify: !process.argv.includes('--watch'),
  sourcemap: process.argv.includes('--watch'),
  platform: 'node',
  target: 'node18',
  format: 'cjs',
  external: ['vscode', './connection.js', './install.js'],
  logLevel: 'warning',
});
if (process.argv.includes('--watch')) {
  await build.watch();
} else {
  await build.rebuild();
  await build.dispose();
}
