import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as vscode from 'vscode';
import { isExecutable, ownEnvironment, scriptOf, searchPath } from './server';
import { SECTION } from './settings';

const OLDEST = 'import sys; sys.exit(sys.version_info < (3, 11))';
const PYTHONS =
  process.platform === 'win32'
    ? ['python.exe']
    : ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11'];

/** Why the server could not be installed, in a sentence for the user. */
export class InstallError extends Error {}

/**
 * Make the extension's own environment and install the server into it; what pip prints goes to `log`.
 * Nothing of this runs before the user has said yes: it uses the network.
 *
 * @throws InstallError when there is no Python 3.11, or pip fails. @throws vscode.CancellationError when cancelled.
 */
export async function installServer(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  token: vscode.CancellationToken,
  report: (message: string) => void,
): Promise<void> {
  const environment = ownEnvironment(context);
  report('looking for Python 3.11 or later');
  const python = await findPython();
  if (python === undefined) {
    throw new InstallError(
      'No Python 3.11 or later was found on PATH. Install one, or set testtime.server.path.',
    );
  }
  const what = await packageToInstall(context);
  try {
    report('making an environment');
    await mkdir(context.globalStorageUri.fsPath, { recursive: true });
    const [pip, ...args] = await makeEnvironment(python, environment, log, token);
    report(`installing ${what.shown}`);
    await run(pip, [...args, 'install', ...what.arguments], log, token);
  } catch (error) {
    await rm(environment, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Make a virtual environment; gives the command that is pip for it. Debian's Python has no ensurepip without a package
 * of its own, but its pip (22.3 or later) installs into other environments.
 */
async function makeEnvironment(
  python: string,
  environment: string,
  log: vscode.LogOutputChannel,
  token: vscode.CancellationToken,
): Promise<readonly [string, ...string[]]> {
  const inside = scriptOf(environment, 'python');
  try {
    await run(python, ['-m', 'venv', '--clear', environment], log, token);
    return [inside, '-m', 'pip'];
  } catch (error) {
    if (!(error instanceof InstallError)) {
      throw error;
    }
    await run(python, ['-m', 'venv', '--clear', '--without-pip', environment], log, token);
    return [python, '-m', 'pip', '--python', inside];
  }
}

/** What pip gets: the setting, the wheel that came with the extension, or the name. */
async function packageToInstall(
  context: vscode.ExtensionContext,
): Promise<{ readonly shown: string; readonly arguments: readonly string[] }> {
  const common = ['--disable-pip-version-check', '--no-input'];
  const configured = vscode.workspace.getConfiguration(SECTION).get<string>('server.package', '').trim();
  if (configured !== '') {
    return { shown: configured, arguments: [...common, configured.replace(/^~(?=[\\/])/, homedir())] };
  }
  const folder = context.asAbsolutePath('server');
  const bundled = (await readdir(folder).catch((): string[] => [])).find((name) => name.endsWith('.whl'));
  if (bundled === undefined) {
    return { shown: 'testtime', arguments: [...common, 'testtime'] };
  }
  const constraints = ['--constraint', join(folder, 'constraints.txt')];
  return { shown: bundled, arguments: [...common, ...constraints, join(folder, bundled)] };
}

/** The first Python on PATH that is new enough. */
async function findPython(): Promise<string | undefined> {
  for (const name of PYTHONS) {
    for (const folder of searchPath()) {
      const candidate = join(folder, name);
      if ((await isExecutable(candidate)) && (await ended(spawn(candidate, ['-I', '-c', OLDEST]))) === 0) {
        return candidate;
      }
    }
  }
  return undefined;
}

/** Run a program to its end, each line of it to the log; killed when cancelled. */
async function run(
  command: string,
  args: readonly string[],
  log: vscode.LogOutputChannel,
  token: vscode.CancellationToken,
): Promise<void> {
  log.info(`$ ${[command, ...args].join(' ')}`);
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let last = '';
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      last = line.trim() === '' ? last : line.trim();
      log.info(line);
    });
  }
  const cancelled = token.onCancellationRequested(() => child.kill());
  try {
    const status = await ended(child);
    if (token.isCancellationRequested) {
      throw new vscode.CancellationError();
    }
    if (status !== 0) {
      throw new InstallError(`The server could not be installed: ${last || `exit status ${status}`}`);
    }
  } finally {
    cancelled.dispose();
  }
}

/** The exit status of a process, 127 when it could not be started. */
function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('close', (status) => resolve(status ?? 1));
  });
}
