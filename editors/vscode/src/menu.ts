import * as vscode from 'vscode';
import { money, type Status } from './protocol';
import { EFFORTS, type Effort, setEffort } from './settings';

/** An effort's ceilings as they are by default (README.md of the project). */
const CEILINGS: Record<Effort, string> = {
  low: 'at most 4 replies, 20 k tokens, $0.02, 30 s',
  medium: 'at most 12 replies, 100 k tokens, $0.10, 2 min',
  high: 'at most 48 replies, 500 k tokens, $0.75, 10 min',
  max: 'at most 200 replies, 2.5 M tokens, $5.00, 45 min',
  auto: 'testtime chooses, by how hard the failure looks',
};

interface Row extends vscode.QuickPickItem {
  readonly effort?: Effort;
  readonly command?: string;
}

/** Let the user choose how much a fix may spend. Ceilings, never quotas: an easy bug ends early at any effort. */
export async function selectEffort(current: string | undefined): Promise<void> {
  await pick(effortRows(current), 'How much may a fix spend? Ceilings, never quotas.');
}

/** Everything behind the status bar item: the effort first, then what can be done now. */
export async function showMenu(status: Status | undefined, hasReady: boolean): Promise<void> {
  const rows: Row[] = [
    separator('effort: what a fix may spend'),
    ...effortRows(status?.effort),
    separator('now'),
  ];
  if ((status?.running.length ?? 0) > 0) {
    rows.push({
      label: '$(debug-stop) Stop',
      description: status?.running[0]?.title ?? '',
      command: 'testtime.ui.stop',
    });
  }
  if (hasReady) {
    rows.push({ label: '$(diff) Show diff of the verified fix', command: 'testtime.ui.showDiff' });
  }
  rows.push({ label: '$(wand) Fix all failing tests', command: 'testtime.ui.fixAll' });
  rows.push({ label: '$(play) Run tests', command: 'testtime.ui.runTests' });
  if (status?.last != null) {
    const price = money(status.last.usd);
    rows.push({
      label: '$(graph) Show the last report',
      description: `${status.last.title} · ${price}`,
      command: 'testtime.ui.showReport',
    });
  }
  rows.push({ label: '$(gear) Settings', command: 'testtime.ui.settings' });
  rows.push({ label: '$(output) Log', command: 'testtime.ui.showLog' });
  await pick(rows, 'testtime');
}

function effortRows(current: string | undefined): Row[] {
  return EFFORTS.map((effort) => ({
    label: `${effort === current ? '$(pass-filled)' : '$(circle-large)'} ${effort}`,
    description: CEILINGS[effort],
    effort,
  }));
}

function separator(label: string): Row {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

async function pick(rows: readonly Row[], placeHolder: string): Promise<void> {
  const chosen = await vscode.window.showQuickPick(rows, { placeHolder, matchOnDescription: true });
  if (chosen?.effort !== undefined) {
    await setEffort(chosen.effort);
  } else if (chosen?.command !== undefined) {
    await vscode.commands.executeCommand(chosen.command);
  }
}
