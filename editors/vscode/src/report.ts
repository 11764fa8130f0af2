import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { SECTION } from './settings';

/** Shows the pages that the server writes: in a tab without scripts or network, or in the browser. */
export class Reports implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;

  /** Show a report. False for what is none: the client then does what it does with any document. */
  async show(uri: string): Promise<boolean> {
    const file = vscode.Uri.parse(uri);
    if (file.scheme !== 'file' || !file.path.endsWith('.html')) {
      return false;
    }
    if (vscode.workspace.getConfiguration(SECTION).get('report') === 'browser') {
      return vscode.env.openExternal(file);
    }
    const html = await readFile(file.fsPath, 'utf8');
    if (this.panel === undefined) {
      this.panel = vscode.window.createWebviewPanel(
        'testtime.report',
        'testtime report',
        vscode.ViewColumn.Active,
        {
          enableFindWidget: true,
          localResourceRoots: [],
        },
      );
      this.panel.onDidDispose(() => {
        this.panel = undefined;
      });
    }
    this.panel.webview.html = html;
    this.panel.reveal();
    return true;
  }

  dispose(): void {
    this.panel?.dispose();
  }
}
