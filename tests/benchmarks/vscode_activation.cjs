// What activation costs by itself: node tests/benchmarks/vscode_activation.cjs editors/vscode/dist/extension.js, with a VS Code that does nothing.
// Prints milliseconds of CPU and wall for loading the bundle and for `activate`; the server's start is not in it.
const Module = require('node:module');

const nothing = () => new Proxy(function nothing() {}, {
  get: (_, key) => (key === 'then' ? undefined : key === Symbol.toPrimitive ? () => '' : nothing()),
  set: () => true,
  apply: nothing,
  construct: nothing,
});
const vscode = { __esModule: true };
for (const name of ['commands', 'env', 'secrets', 'window', 'workspace', 'extensions', 'EventEmitter', 'MarkdownString',
  'QuickPickItemKind', 'StatusBarAlignment', 'ThemeColor', 'Uri', 'ViewColumn', 'ConfigurationTarget', 'ProgressLocation']) {
  vscode[name] = nothing();
}
const load = Module._load;
Module._load = (request, ...rest) => (request === 'vscode' ? vscode : load(request, ...rest));
globalThis.setImmediate = () => undefined; // the server's start

const cpu = process.cpuUsage();
const started = performance.now();
require(require('node:path').resolve(process.argv[2])).activate({ subscriptions: [] });
const wall = performance.now() - started;
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ cpu_ms: (user + system) / 1000, wall_ms: Number(wall.toFixed(1)) }));
