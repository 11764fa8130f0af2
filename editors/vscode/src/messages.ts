import * as vscode from 'vscode';
import type { Connection } from './connection';
import { SERVER, type Status } from './protocol';
import type { Review } from './review';

const SHOW_DIFF = 'Show Diff';
const APPLY = 'Apply';
const REPORT = 'Show Report';
const DISCARD = 'Discard';
const CLOSE = 'Close';

/** Shows what the server says, with the buttons that make sense at that moment. */
export class Messages {
  constructor(
    private readonly connection: () => Connection,
    private readonly review: () => Review,
  ) {}

  /** Say one thing; an ended fix comes with its diff or its report. */
  async show(kind: number, text: string): Promise<void> {
    const buttons = kind >= 3 ? await this.buttons(text) : [];
    const speak =
      kind === 1
        ? vscode.window.showErrorMessage
        : kind === 2
          ? vscode.window.showWarningMessage
          : vscode.window.showInformationMessage;
    await this.follow(await speak(text, ...buttons));
  }

  /** Ask one thing. Before a fix is applied its diff can be seen: then the fix waits, and the diff has the button. */
  async ask(text: string, answers: readonly string[]): Promise<string | undefined> {
    const isApply = answers.includes(APPLY) && answers.includes(DISCARD);
    const buttons = isApply ? [APPLY, SHOW_DIFF, DISCARD] : answers;
    const answer = await vscode.window.showInformationMessage(text, ...buttons);
    if (answer === SHOW_DIFF) {
      this.showsDiffNext = true;
      return undefined;
    }
    return answer;
  }

  private showsDiffNext = false;

  private async buttons(text: string): Promise<string[]> {
    const status = await this.connection()
      .execute<Status>(SERVER.status)
      .catch(() => undefined);
    const last = status?.last;
    const isResult = last?.message !== undefined && text.endsWith(last.message);
    if (!isResult) {
      return [];
    }
    const fix = last.verified ? await this.review().ready(last.id) : undefined;
    if (fix !== undefined && this.showsDiffNext) {
      this.showsDiffNext = false;
      await this.review().show(fix.id);
      return [];
    }
    // A toast without a button is cut to one line, and the cost with it.
    const more = last.report === null ? [CLOSE] : [REPORT];
    return fix === undefined ? more : [APPLY, SHOW_DIFF, ...more];
  }

  private async follow(choice: string | undefined): Promise<void> {
    switch (choice) {
      case APPLY:
        await this.review().apply();
        break;
      case SHOW_DIFF:
        await this.review().show();
        break;
      case REPORT:
        await this.connection().execute(SERVER.showReport);
        break;
      default:
    }
  }
}
