import * as vscode from 'vscode';

export const SECTION = 'testtime';

export const EFFORTS = ['low', 'medium', 'high', 'max', 'auto'] as const;
export type Effort = (typeof EFFORTS)[number];

/** Settings that steer the extension itself; the server does not know them. */
const OURS = /^testtime\.(server\.|trace\.|report$)/;

/** Names of the settings that are the server's, without the section: what the manifest declares, ours aside. */
export function serverSettingNames(manifest: Manifest): string[] {
  return Object.keys(manifest.contributes.configuration.properties)
    .filter((name) => !OURS.test(name))
    .map((name) => name.slice(SECTION.length + 1));
}

/** The part of package.json that is read at run time. */
export interface Manifest {
  readonly contributes: { readonly configuration: { readonly properties: Record<string, unknown> } };
}

/**
 * What the server is told: only what the user set, so that a default here never hides a project's pyproject.toml,
 * and whether the workspace is trusted.
 */
export function serverSettings(manifest: Manifest, resource?: vscode.Uri): Record<string, unknown> {
  const configuration = vscode.workspace.getConfiguration(SECTION, resource);
  const settings: Record<string, unknown> = {};
  for (const name of serverSettingNames(manifest)) {
    const found = configuration.inspect(name);
    const isSet =
      found?.globalValue !== undefined ||
      found?.workspaceValue !== undefined ||
      found?.workspaceFolderValue !== undefined;
    const value = configuration.get(name);
    if (isSet && value !== null && value !== '') {
      settings[name] = value;
    }
  }
  return { ...settings, ...restrictions() };
}

/** Whether the workspace is trusted; in one that is not, nothing runs without being asked for. */
export function restrictions(): Record<string, unknown> {
  return vscode.workspace.isTrusted
    ? { trusted: true }
    : { trusted: false, runTests: 'manual', background: 'off' };
}

/** Change the effort where it is set: in the workspace if it is set there, else for the user. */
export async function setEffort(effort: Effort): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  const inWorkspace = configuration.inspect('effort')?.workspaceValue !== undefined;
  const target = inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await configuration.update('effort', effort, target);
}
