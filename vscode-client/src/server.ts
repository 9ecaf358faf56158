// The language server's life: found, started, restarted once after a crash, and then said to be gone.
import * as vscode from 'vscode';
import { CloseAction, ErrorAction, LanguageClient, State } from 'vscode-languageclient/node';
import type { CancellationToken, ErrorHandler, LanguageClientOptions } from 'vscode-languageclient/node';
import { Abilities } from './abilities';
import { discover, type Discovery } from './discovery';
import type { Notifications } from './protocol';
import { RestartPolicy } from './restartPolicy';
import { DOCUMENT_SELECTOR } from './selector';
import type { Life } from './statusText';

/** There is no server to ask. The reason has already been shown. */
export class ServerGone extends Error {}

/** What goes wrong is logged; what a person has to know, Lintel says itself, and once. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

export class Server implements vscode.Disposable {
  readonly log = vscode.window.createOutputChannel('Lintel', { log: true });
  private readonly lifeChanged = new vscode.EventEmitter<Life>();
  private readonly missing = new vscode.EventEmitter<Extract<Discovery, { found: false }>>();
  private readonly handlers = new Map<string, (params: unknown) => void>();
  private readonly answers = new Map<string, (params: unknown, token: CancellationToken) => Promise<unknown>>();
  private readonly policy = new RestartPolicy();
  private client: LanguageClient | undefined;
  private restarts = 0;
  private current: Life = 'starting';
  readonly onLife = this.lifeChanged.event;
  readonly onMissing = this.missing.event;

  constructor(private readonly context: vscode.ExtensionContext) {}

  get life(): Life {
    return this.current;
  }

  /** The client, while there is a server to talk to. Raises ServerGone. */
  get running(): LanguageClient {
    if (!this.client || this.current !== 'running') throw new ServerGone('The language server is not running.');
    return this.client;
  }

  /** Handles a notification from whichever server is running. Call before `start`. */
  onNotification<M extends keyof Notifications>(method: M, handler: (params: Notifications[M]) => void): void {
    this.handlers.set(method, handler as (params: unknown) => void);
  }

  /** Answers a request of whichever server is running. Call before `start`. */
  onRequest(method: string, answer: (params: unknown, token: CancellationToken) => Promise<unknown>): void {
    this.answers.set(method, answer);
  }

  async start(): Promise<void> {
    const found = this.discover();
    if (!found.found) {
      this.setLife('missing');
      this.missing.fire(found);
      return;
    }
    this.log.info(`Server: ${found.program} (${found.origin})`);
    this.setLife('starting');
    this.client = this.createClient(found.program);
    try {
      await this.client.start();
    } catch (error) {
      this.log.error(`The server did not start: ${String(error)}`);
      // a crash while starting has been dealt with in `closed`
      if (this.life === 'starting') this.gone();
    }
  }

  /** Stops what runs and starts anew, with the settings as they are now. Of several at once only the last starts. */
  async restart(): Promise<void> {
    const mine = ++this.restarts;
    this.policy.forgive();
    await this.stop();
    if (mine === this.restarts) await this.start();
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      this.log.warn(`Stopping the server: ${String(error)}`);
    }
  }

  dispose(): void {
    this.lifeChanged.dispose();
    this.missing.dispose();
    this.log.dispose();
  }

  private discover(): Discovery {
    return discover({
      setting: vscode.workspace.getConfiguration('lintel').get<string>('server.path', ''),
      extension: this.context.extensionPath,
      storage: this.context.globalStorageUri.fsPath,
      searchPath: process.env.PATH ?? '',
      workspaceFolders: (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
    });
  }

  private createClient(program: string): LanguageClient {
    const options: LanguageClientOptions = {
      documentSelector: DOCUMENT_SELECTOR,
      diagnosticPullOptions: { onChange: true, onSave: true },
      outputChannel: this.log,
      errorHandler: this.errorHandler(),
      middleware: {
        // A command is complete. While VS Code waits for more of it, findings that come in make it forget the command.
        resolveCodeAction: (action, token, next) => (action.command && !action.edit ? action : next(action, token)),
      },
      initializationFailedHandler: () => false,
    };
    const client = new QuietClient('lintel', 'Lintel', { command: program, args: ['serve', '--stdio'] }, options);
    client.registerFeature(new Abilities());
    this.handlers.forEach((handler, method) => client.onNotification(method, handler));
    this.answers.forEach((answer, method) => client.onRequest(method, answer));
    client.onDidChangeState(({ newState }) => {
      if (client === this.client && newState === State.Running) this.setLife('running');
    });
    return client;
  }

  private errorHandler(): ErrorHandler {
    return {
      error: (error, _message, count) => {
        this.log.warn(`Connection to the server: ${error.message}`);
        return { action: (count ?? 0) < 4 ? ErrorAction.Continue : ErrorAction.Shutdown, handled: true };
      },
      closed: () => {
        if (this.policy.crashed()) {
          this.setLife('restarting');
          return {
            action: CloseAction.Restart,
            message: 'The server ended unexpectedly; starting it again.',
            handled: true,
          };
        }
        this.gone();
        return { action: CloseAction.DoNotRestart, message: 'The server ended again; not restarted.', handled: true };
      },
    };
  }

  private gone(): void {
    this.setLife('stopped');
    void this.tellGone();
  }

  private async tellGone(): Promise<void> {
    const message = "Lintel's server has stopped, also after a restart. Nothing is checked until it runs again.";
    const answer = await vscode.window.showErrorMessage(message, 'Restart', 'Show log');
    if (answer === 'Restart') await this.restart();
    if (answer === 'Show log') this.log.show();
  }

  private setLife(life: Life): void {
    this.current = life;
    this.lifeChanged.fire(life);
  }
}
