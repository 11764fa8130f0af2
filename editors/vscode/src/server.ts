import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { SECTION } from './settings';

const WINDOWS = process.platform === 'win32';
const EXECUTABLE = WINDOWS ? 'testtime.exe' : 'testtime';
const SCRIPTS = WINDOWS ? 'Scripts' : 'bin';

/** A server that can be started, and where it was found. */
export interface Found {
  readonly command: string;
  readonly origin: string;
}

/** `testtime.server.path` names something that is not there. */
export class ServerPathError extends Error {
  override readonly name = 'ServerPathError';
}

/** The folder of the environment that the extension installs into when it is allowed to. */
export function ownEnvironment(context: vscode.ExtensionContext): string {
  return join(context.globalStorageUri.fsPath, 'server');
}

/** An environment's command of a name. */
export function scriptOf(environment: string, name: string): string {
  return join(environment, SCRIPTS, WINDOWS ? `${name}.exe` : name);
}

/**
 * The server to start: the setting, the selected Python environment, the extension's own environment, PATH.
 * Starts nothing. A workspace that is not trusted never says which program runs.
 *
 * @throws ServerPathError when the setting names no executable.
 */
export async function findServer(context: vscode.ExtensionContext): Promise<Found | undefined> {
  const configured = vscode.workspace.getConfiguration(SECTION).get<string>('server.path', '').trim();
  if (configured !== '') {
    const command = configured.replace(/^~(?=[\\/])/, homedir());
    if (isAbsolute(command) && (await isExecutable(command))) {
      return { command, origin: 'the setting testtime.server.path' };
    }
    throw new ServerPathError(`testtime.server.path is "${configured}", which is no executable file.`);
  }
  const places: [string, string][] = [];
  if (vscode.workspace.isTrusted) {
    places.push(
      ...(await workspaceEnvironments()).map((folder): [string, string] => [
        folder,
        'the Python environment',
      ]),
    );
  }
  places.push([join(ownEnvironment(context), SCRIPTS), "the extension's own environment"]);
  places.push(...searchPath().map((folder): [string, string] => [folder, 'PATH']));
  for (const [folder, origin] of places) {
    const command = join(folder, EXECUTABLE);
    if (await isExecutable(command)) {
      return { command, origin };
    }
  }
  return undefined;
}

/** Folders of PATH, absolute ones alone: a relative one would be looked up in the workspace. */
export function searchPath(): string[] {
  return (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
}

/** Whether a file is there and may be run. */
export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The script folders of the environment selected in the Python extension and of the workspace's own. */
async function workspaceEnvironments(): Promise<string[]> {
  const folders: string[] = [];
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    const selected = await selectedInterpreter(folder.uri);
    if (selected !== undefined) {
      folders.push(dirname(selected));
    }
    if (folder.uri.scheme === 'file') {
      folders.push(...['.venv', 'venv'].map((name) => join(folder.uri.fsPath, name, SCRIPTS)));
    }
  }
  return folders;
}

interface PythonApi {
  readonly environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(path: { readonly path: string }): Thenable<PythonEnvironment | undefined>;
  };
}

interface PythonEnvironment {
  readonly executable: { readonly uri: vscode.Uri | undefined };
}

/** The interpreter that the Python extension would use, where that extension is installed. */
async function selectedInterpreter(resource: vscode.Uri): Promise<string | undefined> {
  const python = vscode.extensions.getExtension<PythonApi>('ms-python.python');
  if (python === undefined) {
    return undefined;
  }
  try {
    const { environments } = await python.activate();
    const environment = await environments?.resolveEnvironment(
      environments.getActiveEnvironmentPath(resource),
    );
    return environment?.executable.uri?.fsPath;
  } catch {
    return undefined; // another extension's trouble must not be ours
  }
}
