import * as vscode from 'vscode';
import type { Connection } from './connection';
import { selectEffort, showMenu } from './menu';
import { Messages } from './messages';
import { type ReadyFix, SERVER } from './protocol';
import { Reports } from './report';
import { Review } from './review';
import { EFFORTS, type Effort, SECTION, setEffort } from './settings';
import { type ServerState, StatusBar } from './status';

const API_KEY = 'testtime.apiKey';
const ASKED = 'testtime.installOffered';
/** Settings that decide which server runs, or how it is started. */
const OF_THE_SERVER = ['testtime.server.path'];

let active: Extension | undefined;

/** Called by VS Code when a Python file is open or a command of ours is called. Nothing here waits for the server. */
export function activate(context: vscode.ExtensionContext): void {
  const started = performance.now();
  const extension = new Extension(context);
  active = extension;
  // The language client is large: loaded once VS Code has its answer.
  setImmediate(() => void extension.begin());
  extension.log.info(`activated in ${(performance.now() - started).toFixed(1)} ms`);
}

/** Called by VS Code at the end: the server leaves, and what it runs with it. */
export async function deactivate(): Promise<void> {
  await active?.end();
  active = undefined;
}

class Extension {
  readonly log = vscode.window.createOutputChannel('testtime', { log: true });
  private readonly bar = new StatusBar();
  private readonly reports = new Reports();
  private connection: Connection | undefined;
  private review: Review | undefined;

  constructor(private readonly context: vscode.ExtensionContext) {
    context.subscriptions.push(this.log, this.bar, this.reports);
    this.registerCommands();
    context.subscriptions.push(
      vscode.workspace.onDidChangeConfiguration((event) => this.settingsChanged(event)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.restart()),
    );
  }

  /** Load the language client and start the server; offer to install one where there is none. */
  async begin(): Promise<void> {
    const { Connection } = await import('./connection.js');
    const messages = new Messages(
      () => this.connected(),
      () => this.reviewed(),
    );
    const connection = new Connection(
      this.context,
      this.log,
      {
        onMessage: (kind, text) => void messages.show(kind, text),
        onQuestion: (text, answers) => messages.ask(text, answers),
        onShowDocument: (uri) => this.reports.show(uri),
        onLost: (isBack) => this.show(isBack ? 'running' : 'failed'),
      },
      async () => this.context.secrets.get(API_KEY),
    );
    this.connection = connection;
    this.review = new Review(connection);
    connection.onStatus((status) => {
      if (status !== undefined) {
        this.bar.show('running', status);
        const isRunning = status.running.length > 0;
        void vscode.commands.executeCommand('setContext', 'testtime.running', isRunning);
        if (!isRunning) {
          void this.updateReady();
        }
      }
    });
    this.context.subscriptions.push(connection, this.review);
    await this.start(true);
  }

  /** Stop the server. */
  async end(): Promise<void> {
    await this.connection?.stop();
  }

  private connected(): Connection {
    if (this.connection === undefined) {
      throw new Error('testtime is still starting.');
    }
    return this.connection;
  }

  private reviewed(): Review {
    if (this.review === undefined) {
      throw new Error('testtime is still starting.');
    }
    return this.review;
  }

  private async start(mayOffer: boolean): Promise<void> {
    this.show('starting');
    try {
      if (await this.connected().start()) {
        this.show('running');
        return;
      }
      this.show('missing');
      if (mayOffer && !this.context.globalState.get<boolean>(ASKED, false)) {
        await this.offerToInstall();
      }
    } catch (error) {
      this.show('failed');
      this.log.error(String(error));
      const settings = 'Open Settings';
      const log = 'Show Log';
      // Two bundles have two classes of this name.
      const isPath = error instanceof Error && error.name === 'ServerPathError';
      const text = isPath ? error.message : `The testtime server does not start: ${String(error)}`;
      const choice = await vscode.window.showErrorMessage(text, isPath ? settings : log);
      if (choice !== undefined) {
        await vscode.commands.executeCommand(choice === log ? 'testtime.ui.showLog' : 'testtime.ui.settings');
      }
    }
  }

  private async restart(): Promise<void> {
    await this.connection?.stop();
    await this.start(false);
  }

  private show(state: ServerState): void {
    this.bar.show(state, this.connection?.status);
    void vscode.commands.executeCommand('setContext', 'testtime.serverRunning', state === 'running');
  }

  private async updateReady(): Promise<ReadyFix | undefined> {
    const fix = await this.review?.ready();
    await vscode.commands.executeCommand('setContext', 'testtime.ready', fix !== undefined);
    return fix;
  }

  private async settingsChanged(event: vscode.ConfigurationChangeEvent): Promise<void> {
    if (OF_THE_SERVER.some((name) => event.affectsConfiguration(name))) {
      await this.restart();
    } else if (event.affectsConfiguration(SECTION)) {
      await this.connection?.settingsChanged();
    }
  }

  // ── the server's installation ──────────────────────────────────────────────────────────────────────────────

  private async offerToInstall(): Promise<void> {
    const install = 'Install';
    const choose = 'Choose an Executable…';
    const never = "Don't Ask Again";
    const answer = await vscode.window.showInformationMessage(
      'testtime needs its language server, and found none. Install it with pip into an environment of its own? Nothing of your project changes.',
      install,
      choose,
      never,
    );
    if (answer === install) {
      await this.install();
    } else if (answer === choose) {
      await this.chooseServer();
    } else if (answer === never) {
      await this.context.globalState.update(ASKED, true);
    }
  }

  private async install(): Promise<void> {
    const { installServer } = await import('./install.js');
    await this.connection?.stop();
    const location = vscode.ProgressLocation.Notification;
    try {
      await vscode.window.withProgress(
        { location, title: 'testtime', cancellable: true },
        async (progress, token) =>
          installServer(this.context, this.log, token, (message) => progress.report({ message })),
      );
    } catch (error) {
      this.show('missing');
      if (!(error instanceof vscode.CancellationError)) {
        this.log.error(String(error));
        const log = 'Show Log';
        const text = error instanceof Error ? error.message : String(error);
        if ((await vscode.window.showErrorMessage(text, log)) === log) {
          this.log.show();
        }
      }
      return;
    }
    await this.start(false);
    if (this.connected().isRunning) {
      const next = vscode.workspace.isTrusted
        ? 'Save a Python file to run its tests.'
        : 'Trust this folder, then save a Python file to run its tests.';
      void vscode.window.showInformationMessage(`testtime is ready. ${next}`);
    }
  }

  private async chooseServer(): Promise<void> {
    const [file] = (await vscode.window.showOpenDialog({ title: 'The testtime executable' })) ?? [];
    if (file !== undefined) {
      const target = vscode.ConfigurationTarget.Global;
      await vscode.workspace.getConfiguration(SECTION).update('server.path', file.fsPath, target);
    }
  }

  // ── commands ───────────────────────────────────────────────────────────────────────────────────────────────

  private registerCommands(): void {
    const commands: Record<string, (...args: never[]) => unknown> = {
      menu: async () => showMenu(this.connection?.status, (await this.updateReady()) !== undefined),
      selectEffort: async (effort?: string) =>
        EFFORTS.includes(effort as Effort)
          ? setEffort(effort as Effort)
          : selectEffort(this.connection?.status?.effort),
      stop: async () => this.toServer(SERVER.stop),
      runTests: async () => this.toServer(SERVER.runTests, ...activeUri()),
      fixAll: async () => {
        if (activeUri().length === 0) {
          void vscode.window.showInformationMessage('testtime: open a Python file of the project first.');
          return;
        }
        await this.toServer(SERVER.fix, ...activeUri());
      },
      complete: async () => this.toServer(SERVER.complete, ...activeUri(), ...activePosition()),
      whyNoFix: async () => this.toServer(SERVER.whyNoFix),
      showReport: async () => this.toServer(SERVER.showReport),
      showDiff: async () => {
        if (!(await this.reviewed().show())) {
          void vscode.window.showInformationMessage('testtime: no verified fix waits to be applied.');
        }
      },
      applyFix: async (uri?: vscode.Uri) => this.reviewed().apply(uri),
      closeDiff: async (uri?: vscode.Uri) => this.reviewed().close(uri?.authority),
      showLog: () => this.log.show(),
      settings: () =>
        vscode.commands.executeCommand('workbench.action.openSettings', '@ext:testtime.testtime'),
      restart: () => this.restart(),
      installServer: () => this.install(),
      setApiKey: () => this.setApiKey(),
    };
    for (const [name, run] of Object.entries(commands)) {
      this.context.subscriptions.push(vscode.commands.registerCommand(`testtime.ui.${name}`, run));
    }
  }

  /** Run one of the server's commands; without a server, say what to do. */
  private async toServer(command: string, ...args: unknown[]): Promise<void> {
    if (this.connection?.isRunning) {
      await this.connection.execute(command, ...args);
      return;
    }
    const install = 'Install the Server';
    const text = 'testtime: the server is not running.';
    if ((await vscode.window.showWarningMessage(text, install)) === install) {
      await this.install();
    }
  }

  /** Keep an endpoint's key in VS Code's secret storage; an empty one forgets it. */
  private async setApiKey(): Promise<void> {
    const prompt = 'Key of your OpenAI-compatible endpoint. Kept in the secret storage; empty forgets it.';
    const key = await vscode.window.showInputBox({ prompt, password: true, ignoreFocusOut: true });
    if (key === undefined) {
      return;
    }
    await (key === '' ? this.context.secrets.delete(API_KEY) : this.context.secrets.store(API_KEY, key));
    await this.restart();
  }
}

/** The Python file that is looked at, else any that is open. */
function activeUri(): string[] {
  const documents = [vscode.window.activeTextEditor?.document, ...vscode.workspace.textDocuments];
  const found = documents.find((open) => open?.uri.scheme === 'file' && open.languageId === 'python');
  return found === undefined ? [] : [found.uri.toString()];
}

function activePosition(): { line: number; character: number }[] {
  const position = vscode.window.activeTextEditor?.selection.active;
  return position === undefined ? [] : [{ line: position.line, character: position.character }];
}
