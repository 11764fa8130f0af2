import * as vscode from 'vscode';
import { money, type Status } from './protocol';

/** What the extension is doing about a server. */
export type ServerState = 'starting' | 'running' | 'missing' | 'failed';

/** Effort and today's spend in the status bar; a click opens the menu. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('testtime', vscode.StatusBarAlignment.Right, 100);

  constructor() {
    this.item.name = 'testtime';
    this.item.show();
    this.show('starting', undefined);
  }

  /** Show how things are. */
  show(state: ServerState, status: Status | undefined): void {
    const { item } = this;
    item.backgroundColor = undefined;
    item.command = 'testtime.ui.menu';
    item.accessibilityInformation = { label: `testtime, ${state}`, role: 'button' };
    if (state === 'starting') {
      item.text = '$(loading~spin) testtime';
      item.tooltip = 'testtime: the server is starting';
    } else if (state === 'missing') {
      item.text = '$(beaker) testtime: install…';
      item.tooltip = 'testtime needs its language server';
      item.command = 'testtime.ui.installServer';
    } else if (state === 'failed') {
      item.text = '$(beaker) testtime: stopped';
      item.tooltip = 'testtime: the server is not running; the log says why';
      item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
      item.command = 'testtime.ui.showLog';
    } else if (status === undefined) {
      item.text = '$(beaker) testtime';
      item.tooltip = 'testtime';
    } else {
      const icon = status.running.length > 0 ? '$(loading~spin)' : '$(beaker)';
      item.text = `${icon} ${status.effort} · ${money(status.today.usd)} today`;
      item.tooltip = tooltip(status);
      item.accessibilityInformation = {
        label: `testtime, effort ${status.effort}, ${money(status.today.usd)} spent today`,
        role: 'button',
      };
    }
  }

  dispose(): void {
    this.item.dispose();
  }
}

function tooltip(status: Status): vscode.MarkdownString {
  const text = new vscode.MarkdownString(undefined, true);
  text.isTrusted = {
    enabledCommands: ['testtime.ui.stop', 'testtime.ui.showReport', 'testtime.ui.selectEffort'],
  };
  const cap = status.cap === null ? '' : ` of ${money(status.cap)}`;
  text.appendMarkdown(`**testtime** · effort [${status.effort}](command:testtime.ui.selectEffort)\n\n`);
  text.appendMarkdown(
    `Today: ${money(status.today.usd)}${cap} · ${status.today.tokens.toLocaleString('en')} tokens\n\n`,
  );
  for (const job of status.running) {
    text.appendMarkdown('$(loading~spin) ');
    text.appendText(job.message === '' ? job.title : `${job.title}: ${job.message}`);
    text.appendMarkdown(' · [stop](command:testtime.ui.stop)\n\n');
  }
  if (status.last !== null) {
    text.appendMarkdown(status.last.verified ? '$(pass) ' : '$(circle-slash) ');
    text.appendText(status.last.message ?? status.last.title);
    text.appendMarkdown(status.last.report === null ? '\n' : ' · [report](command:testtime.ui.showReport)\n');
  }
  return text;
}
