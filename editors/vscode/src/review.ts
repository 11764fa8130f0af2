import * as vscode from 'vscode';
import type { Connection } from './connection';
import { type ReadyFix, SERVER } from './protocol';

/** Scheme of the virtual documents that hold a fix's texts. */
export const FIX_SCHEME = 'testtime-fix';

const MOST_KEPT = 20;

/** Shows a verified fix beside the text that it changes, before anything is applied. */
export class Review implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly fixes = new Map<string, ReadyFix>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(FIX_SCHEME, this);

  constructor(private readonly connection: Connection) {}

  /** A fix that waits, or undefined; the newest without an id. */
  async ready(id?: string): Promise<ReadyFix | undefined> {
    const fix = await this.connection
      .execute<ReadyFix | null>(SERVER.readyFix, ...(id === undefined ? [] : [id]))
      .catch(() => null);
    return fix ?? undefined;
  }

  /** Open the diff of a fix that waits. False when there is none. */
  async show(id?: string): Promise<boolean> {
    const fix = await this.ready(id);
    if (fix === undefined) {
      return false;
    }
    this.keep(fix);
    const pairs = fix.files.map((file, index) => ({
      resource: vscode.Uri.parse(file.uri),
      before: side(fix, index, 'before'),
      after: side(fix, index, 'after'),
    }));
    const title = titleOf(fix);
    const [only] = pairs;
    if (pairs.length === 1 && only !== undefined) {
      await vscode.commands.executeCommand('vscode.diff', only.before, only.after, title, { preview: true });
    } else {
      const rows = pairs.map((pair) => [pair.resource, pair.before, pair.after]);
      await vscode.commands.executeCommand('vscode.changes', title, rows);
    }
    return true;
  }

  /** Apply the fix whose diff is open, or the newest one, and close its diff. */
  async apply(uri?: vscode.Uri): Promise<void> {
    const id = uri?.scheme === FIX_SCHEME ? uri.authority : undefined;
    await this.close(id);
    await this.connection.execute(SERVER.applyFix, ...(id === undefined ? [] : [id]));
  }

  /** Close the diff; the fix stays available as a code action. */
  async close(id?: string): Promise<void> {
    // The view of several files has no input that an extension could ask; it has the fix's title.
    const titles = new Set(
      [...this.fixes.values()].filter((fix) => id === undefined || fix.id === id).map(titleOf),
    );
    const tabs = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter((tab) =>
        tab.input instanceof vscode.TabInputTextDiff ? isOf(tab.input.modified, id) : titles.has(tab.label),
      );
    await vscode.window.tabGroups.close(tabs);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const { index, which } = JSON.parse(uri.query) as { index: number; which: 'before' | 'after' };
    return this.fixes.get(uri.authority)?.files[index]?.[which] ?? '';
  }

  dispose(): void {
    this.registration.dispose();
  }

  private keep(fix: ReadyFix): void {
    this.fixes.delete(fix.id);
    this.fixes.set(fix.id, fix);
    for (const id of [...this.fixes.keys()].slice(0, -MOST_KEPT)) {
      this.fixes.delete(id);
    }
  }
}

/** The virtual document of one side of one file; its path keeps the file's name and so its language. */
function side(fix: ReadyFix, index: number, which: 'before' | 'after'): vscode.Uri {
  const path = vscode.Uri.parse(fix.files[index]?.uri ?? '').path;
  return vscode.Uri.from({
    scheme: FIX_SCHEME,
    authority: fix.id,
    path,
    query: JSON.stringify({ index, which }),
  });
}

function titleOf(fix: ReadyFix): string {
  return fix.title.replace(/^Apply v/, 'V');
}

function isOf(uri: vscode.Uri, id: string | undefined): boolean {
  return uri.scheme === FIX_SCHEME && (id === undefined || uri.authority === id);
}
