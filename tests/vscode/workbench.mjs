// A real VS Code (code-server) in headless Chromium, driven as a person would: keys, menus, and what can be read.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const { chromium } = createRequire(`${process.env.PLAYWRIGHT}/`)('playwright-core');
const T0 = Date.now();
const LONGEST = 480_000;
export const log = (...words) => console.log(((Date.now() - T0) / 1000).toFixed(1), ...words);

const CHROMIUM = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
];
const QUIET = {
  'telemetry.telemetryLevel': 'off', 'workbench.startupEditor': 'none', 'update.mode': 'none',
  'extensions.autoCheckUpdates': false, 'extensions.ignoreRecommendations': true, 'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden', 'editor.minimap.enabled': false,
  'workbench.editor.useModal': 'off', 'window.commandCenter': false, 'workbench.layoutControl.enabled': false, 'breadcrumbs.enabled': false,
  'editor.hover.delay': 60000, 'editor.fontSize': 14, 'editor.wordBasedSuggestions': 'off', 'git.enabled': false,
  'editor.acceptSuggestionOnEnter': 'off', 'editor.autoClosingBrackets': 'never', 'editor.autoClosingQuotes': 'never', 'files.autoSave': 'off',
};

export class Workbench {
  failures = 0;
  measured = {};

  /** `state` keeps the user's data; `machine` are settings of the machine that the files are on; `environment` is what the editor's process sees beside the usual. */
  static async start({ state, shots, folder, settings = {}, machine = {}, environment = {}, flags = [] }) {
    const bench = new Workbench();
    Object.assign(bench, { state, shots });
    fs.mkdirSync(shots, { recursive: true });
    bench.settings = { ...QUIET, ...settings };
    fs.mkdirSync(`${state}/data/User`, { recursive: true });
    fs.writeFileSync(`${state}/data/User/settings.json`, JSON.stringify(bench.settings));
    fs.mkdirSync(`${state}/data/Machine`, { recursive: true });
    fs.writeFileSync(`${state}/data/Machine/settings.json`, JSON.stringify(machine));
    const port = await freePort();
    bench.server = spawn(process.execPath, [
      process.env.CODE_SERVER, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--disable-telemetry',
      '--disable-update-check', '--disable-getting-started-override',
      '--user-data-dir', `${state}/data`, '--extensions-dir', `${state}/extensions`, ...flags,
    ], {
      detached: true,
      env: { ...process.env, HOME: `${state}/home`, XDG_STATE_HOME: `${state}/state`, ...environment },
      stdio: ['ignore', fs.openSync(`${shots}/code-server.log`, 'a'), fs.openSync(`${shots}/code-server.log`, 'a')],
    });
    // Also when the driver breaks, or hangs, nothing of ours goes on running.
    process.once('exit', () => bench.running && process.kill(-bench.server.pid, 'SIGKILL'));
    setTimeout(() => (log('FAIL the driver did not come to an end'), process.exit(1)), LONGEST).unref();
    await until('code-server', async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok, 60000);
    bench.profile = fs.mkdtempSync(path.join(os.tmpdir(), 'testtime-chromium-'));
    bench.context = await chromium.launchPersistentContext(bench.profile, {
      executablePath: process.env.CHROMIUM, headless: true, args: CHROMIUM,
      viewport: { width: 1120, height: 680 }, deviceScaleFactor: 1.5,
    });
    bench.page = bench.context.pages()[0] ?? (await bench.context.newPage());
    await bench.page.goto(`http://127.0.0.1:${port}/?folder=${folder}`);
    await bench.page.waitForSelector('.monaco-workbench .explorer-folders-view .monaco-list-row', { timeout: 90000 });
    log('the workbench is there');
    return bench;
  }

  get running() {
    return this.server.exitCode === null && this.server.signalCode === null;
  }

  async close() {
    await this.context?.close();
    fs.rmSync(this.profile, { recursive: true, force: true });
    if (this.running) {
      const gone = new Promise((resolve) => this.server.once('exit', resolve));
      process.kill(-this.server.pid, 'SIGTERM');
      await gone;
    }
  }

  check(what, ok, detail = '') {
    this.failures += ok ? 0 : 1;
    log(ok ? 'PASS' : 'FAIL', what, detail);
    return ok;
  }

  /** Check that something comes true in time. */
  async expect(what, condition, timeout = 40000) {
    const ok = await until(what, condition, timeout).then(() => true, () => false);
    if (!ok) {
      await this.shot(`failed-${what.replace(/\W+/g, '-').slice(0, 40)}`);
      log('  last message:', this.lastMessage, '| status bar:', await this.text('.statusbar-item'));
    }
    return this.check(what, ok);
  }

  shot(name) {
    return this.page.screenshot({ path: `${this.shots}/${name}.png` });
  }

  async text(selector) {
    return (await this.page.locator(selector).allInnerTexts()).join(' | ').replace(/\s+/g, ' ');
  }

  /** Change the user's settings while the workbench runs, in the editor for them: no watcher sees the file here. */
  async configure(settings) {
    this.settings = { ...this.settings, ...settings };
    await this.command('Preferences: Open User Settings (JSON)');
    await this.page.waitForSelector('.tab.active[data-resource-name="settings.json"]');
    await this.page.locator('.editor-group-container.active .view-line').first().click();
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.press('Delete');
    await this.page.keyboard.insertText(JSON.stringify(this.settings));
    await this.save();
    await this.page.waitForSelector('.tab.active:not(.dirty)[data-resource-name="settings.json"]');
    await this.page.keyboard.press('Control+w');
  }

  /** Open a file of the explorer. */
  async open(name) {
    await this.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).first().dblclick();
    await this.page.waitForSelector(`.tab.active[data-resource-name="${name}"]`, { timeout: 30000 });
    await this.page.waitForSelector('.editor-group-container.active .view-line', { timeout: 30000 });
  }

  /** The text of the active editor. */
  async document() {
    const editor = this.page.locator('.editor-group-container.active .editor-instance .view-lines').first();
    const lines = await editor.locator('.view-line').evaluateAll((rows) =>
      rows.map((row) => [Number.parseFloat(row.style.top), row.textContent]).sort((a, b) => a[0] - b[0]).map((row) => row[1]));
    return lines.join('\n').replace(/\u00a0/g, ' ');
  }

  /** Put the cursor on a line, counted from 1. */
  async goto(line) {
    await this.page.locator('.editor-group-container.active .view-line').first().click();
    await this.page.keyboard.press('Control+g');
    await this.page.waitForSelector('.quick-input-widget', { state: 'visible' });
    await this.page.keyboard.type(String(line));
    await this.page.keyboard.press('Enter');
    await this.page.waitForSelector('.quick-input-widget', { state: 'hidden' });
  }

  save() {
    return this.page.keyboard.press('Control+s');
  }

  undo() {
    return this.page.keyboard.press('Control+z');
  }

  /** Run a command of the palette by its title. */
  async command(title) {
    await this.page.keyboard.press('F1');
    await this.page.waitForSelector('.quick-input-widget', { state: 'visible' });
    await this.page.keyboard.type(title);
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
    await row.waitFor({ timeout: 10000 });
    await this.page.keyboard.press('Enter');
  }

  /** Open the menu of code actions at a line; gives the titles. */
  async actions(line) {
    for (let attempt = 0; attempt < 5; attempt++) {
      await this.goto(line);
      await this.page.keyboard.press('Control+.');
      const rows = this.page.locator('.action-widget .monaco-list-row.action');
      if (await rows.first().waitFor({ timeout: 4000 }).then(() => true, () => false)) {
        return (await rows.allInnerTexts()).map((row) => row.trim());
      }
    }
    return [];
  }

  /** Choose a code action at a line by its title. Rows take no click: they are walked with the arrow keys. */
  async act(line, title) {
    for (let attempt = 0; attempt < 10; attempt++) {
      const at = (await this.actions(line)).findIndex((row) => title.test(row));
      if (at >= 0) {
        for (let step = 0; step < at; step++) {
          await this.page.keyboard.press('ArrowDown');
        }
        await this.page.keyboard.press('Enter');
        return;
      }
      await this.page.keyboard.press('Escape');
    }
    throw new Error(`no code action ${title} at line ${line}`);
  }

  /** What notifications say. */
  async messages() {
    const said = await this.text('.notifications-toasts .notification-list-item-message');
    this.lastMessage = said || this.lastMessage;
    return said;
  }

  async clearMessages() {
    await this.command('Notifications: Clear All');
    await until('no toast', async () => (await this.page.locator('.notification-toast').count()) === 0);
  }

  button(name) {
    return this.page.locator('.notifications-toasts .monaco-button, .notifications-center .monaco-button', { hasText: name }).first();
  }

  statusItem(text) {
    return this.page.locator('.statusbar-item', { hasText: text }).first();
  }
}

export async function until(what, condition, timeout = 20000) {
  const end = Date.now() + timeout;
  let last;
  while (Date.now() < end) {
    try {
      if (await condition()) return;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what}: not in time${last ? ` (${last})` : ''}`);
}

/** Of VS Code itself, which looks for its remote terminals with ps and grep. */
const ITS_OWN = /code-server|\/node |ps -F -A -l|^grep root/;

/** Ids of the processes that carry our mark, with their command lines; none of VS Code's own. */
export function marked(mark) {
  const found = [];
  for (const name of fs.readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      if (fs.readFileSync(`/proc/${name}/environ`, 'utf8').includes(mark)) {
        found.push({ pid: name, command: fs.readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ') });
      }
    } catch {
      // it has just ended
    }
  }
  return found.filter(({ command }) => !ITS_OWN.test(command));
}

/** How many internet sockets a process holds. */
export function internetSockets(pid) {
  const inodes = new Set();
  for (const table of ['tcp', 'tcp6', 'udp', 'udp6']) {
    for (const line of fs.readFileSync(`/proc/${pid}/net/${table}`, 'utf8').split('\n').slice(1)) {
      if (line !== '') inodes.add(line.trim().split(/\s+/)[9]);
    }
  }
  return fs.readdirSync(`/proc/${pid}/fd`).filter((fd) => {
    try {
      return inodes.has(/^socket:\[(\d+)\]$/.exec(fs.readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? 'no socket');
    } catch {
      return false;
    }
  }).length;
}

function freePort() {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
