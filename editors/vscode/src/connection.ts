import * as vscode from 'vscode';
import { LanguageClient, type LanguageClientOptions, State } from 'vscode-languageclient/node';
import { SERVER, STATUS_NOTIFICATION, type Status } from './protocol';
import { type Found, findServer } from './server';
import { type Manifest, restrictions, SECTION, serverSettings } from './settings';

/** What the connection needs of the surfaces around it. */
export interface Surroundings {
  /** The server says something; kinds are LSP's (1 error, 2 warning, 3 information). */
  onMessage(kind: number, text: string): void;
  /** The server asks something; resolves to one of the answers or to undefined. */
  onQuestion(text: string, answers: readonly string[]): Promise<string | undefined>;
  /** The server wants a document shown; false: not ours, let the client do it. */
  onShowDocument(uri: string): Promise<boolean>;
  /** The server has ended without being asked to; `isBack`: it was started again. */
  onLost(isBack: boolean): void;
}

/** The language client: started, stopped and restarted one at a time, and what it last said of itself. */
export class Connection implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private readonly statusEmitter = new vscode.EventEmitter<Status | undefined>();
  /** The server's status whenever it changes; undefined when there is no server. */
  readonly onStatus = this.statusEmitter.event;
  status: Status | undefined;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
    private readonly surroundings: Surroundings,
    private readonly apiKey: () => Promise<string | undefined>,
  ) {}

  /** Whether the server answers. */
  get isRunning(): boolean {
    return this.client?.state === State.Running;
  }

  /**
   * Start the server unless it runs. False when there is none to start.
   *
   * @throws ServerPathError, or what the client says of a server that does not come up.
   */
  start(): Promise<boolean> {
    return this.inTurn(async () => {
      if (this.client !== undefined) {
        return true;
      }
      const found = await findServer(this.context);
      if (found === undefined) {
        return false;
      }
      this.log.info(`starting ${found.command} (from ${found.origin})`);
      const started = performance.now();
      const client = this.create(found, await this.apiKey());
      this.client = client;
      try {
        await client.start();
      } catch (error) {
        this.client = undefined;
        throw error;
      }
      this.log.info(`server ready after ${(performance.now() - started).toFixed(0)} ms`);
      await this.askForStatus();
      this.watch(client);
      return true;
    });
  }

  /** Stop the server and everything that it runs. */
  stop(): Promise<void> {
    return this.inTurn(async () => {
      const client = this.client;
      this.client = undefined;
      this.take(undefined);
      // A server that never came up has nothing to be asked to stop.
      if (client?.state === State.Running) {
        await client.stop().catch((error: unknown) => this.log.warn(`stopping the server: ${String(error)}`));
      }
      await client?.dispose().catch(() => undefined);
    });
  }

  /** Stop, then start. */
  async restart(): Promise<boolean> {
    await this.stop();
    return this.start();
  }

  /** Run one of the server's commands and give its answer. */
  async execute<Answer>(command: string, ...args: unknown[]): Promise<Answer> {
    if (this.client === undefined) {
      throw new Error('the testtime server is not running');
    }
    return this.client.sendRequest('workspace/executeCommand', { command, arguments: args });
  }

  /** Tell the server that its settings are others now; it asks for them. */
  async settingsChanged(): Promise<void> {
    await this.client?.sendNotification('workspace/didChangeConfiguration', { settings: null });
  }

  dispose(): void {
    this.statusEmitter.dispose();
  }

  private async askForStatus(): Promise<void> {
    this.take(await this.execute<Status>(SERVER.status).catch(() => undefined));
  }

  /** A server that crashes is started again by the client, a few times. */
  private watch(client: LanguageClient): void {
    client.onDidChangeState(({ newState }) => {
      if (this.client !== client || newState === State.Starting) {
        return;
      }
      this.surroundings.onLost(newState === State.Running);
      if (newState === State.Running) {
        void this.askForStatus();
      }
    });
  }

  private take(status: Status | undefined): void {
    this.status = status;
    this.statusEmitter.fire(status);
  }

  private create(found: Found, apiKey: string | undefined): LanguageClient {
    const manifest = this.context.extension.packageJSON as Manifest;
    // A key goes through the environment: settings are written to the trace.
    const environment = apiKey === undefined ? process.env : { ...process.env, TESTTIME_API_KEY: apiKey };
    const options: LanguageClientOptions = {
      documentSelector: [{ scheme: 'file', language: 'python' }],
      outputChannel: this.log,
      traceOutputChannel: this.log,
      // Everything else is asked for, so that what the user unsets later is unset there too.
      initializationOptions: () => ({ status: true, ...restrictions() }),
      middleware: {
        workspace: {
          configuration: (params) =>
            params.items.map((item) =>
              item.section === SECTION
                ? serverSettings(manifest, item.scopeUri ? vscode.Uri.parse(item.scopeUri) : undefined)
                : null,
            ),
        },
        window: {
          showDocument: async (params, token, next) =>
            (await this.surroundings.onShowDocument(params.uri)) ? { success: true } : next(params, token),
        },
      },
    };
    const run = { command: found.command, args: ['serve'], options: { env: environment } };
    const client = new LanguageClient(SECTION, 'testtime', run, options);
    client.onNotification(STATUS_NOTIFICATION, (status: Status) => this.take(status));
    client.onNotification('window/showMessage', (message: { type: number; message: string }) =>
      this.surroundings.onMessage(message.type, message.message),
    );
    client.onRequest(
      'window/showMessageRequest',
      async (question: { message: string; actions?: { title: string }[] }) => {
        const answers = (question.actions ?? []).map((action) => action.title);
        const answer = await this.surroundings.onQuestion(question.message, answers);
        return answer === undefined ? null : { title: answer };
      },
    );
    return client;
  }

  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.turn.then(work, work);
    this.turn = result.catch(() => undefined);
    return result;
  }
}
