// A private Python environment with the server in it, made by uv in the editor's own storage when a person says so.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { privateEnvironment } from './discovery';
import { buildEnvironment, serverInstalls } from './environmentBuild';
import type { Server } from './server';

const UV_DOCUMENTATION = 'https://docs.astral.sh/uv/getting-started/installation/';

export class PrivateEnvironment {
  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly server: Server,
  ) {}

  /** The uv program: on PATH or where its installer puts it. */
  uv(): string | undefined {
    const name = process.platform === 'win32' ? 'uv.exe' : 'uv';
    const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
    const usual = ['.local/bin', '.cargo/bin'].map((folder) => path.join(os.homedir(), folder));
    const roots = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath + path.sep);
    return [...folders, ...usual]
      .map((folder) => path.join(folder, name))
      .filter((program) => !roots.some((root) => program.startsWith(root)))
      .find((program) => fs.existsSync(program));
  }

  async explain(): Promise<void> {
    await vscode.env.openExternal(vscode.Uri.parse(UV_DOCUMENTATION));
  }

  /** Makes the environment with cancellable progress, then starts the server of it, or the former one again. */
  async install(): Promise<void> {
    const uv = this.uv();
    if (!uv) {
      await this.explain();
      return;
    }
    const location = vscode.ProgressLocation.Notification;
    const title = 'Lintel: installing its server';
    const ran = this.server.life === 'running';
    const done = await vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
      const cancelled = new AbortController();
      const cancellation = token.onCancellationRequested(() => {
        cancelled.abort();
      });
      try {
        // Windows does not let a running program's folder be moved
        await this.server.stop();
        await buildEnvironment({
          uv,
          folder: privateEnvironment(this.context.globalStorageUri.fsPath),
          installs: serverInstalls(this.context.extensionPath, this.version),
          log: (line) => {
            this.server.log.info(line);
          },
          progress: (message) => {
            progress.report({ message });
          },
          signal: cancelled.signal,
        });
        return true;
      } catch (error) {
        if (!token.isCancellationRequested) void this.tellFailed(error);
        return false;
      } finally {
        cancellation.dispose();
      }
    });
    if (done || ran) await this.server.restart();
  }

  private get version(): string {
    return (this.context.extension.packageJSON as { version: string }).version;
  }

  private async tellFailed(error: unknown): Promise<void> {
    const message = `Lintel: the server could not be installed: ${error instanceof Error ? error.message : String(error)}.`;
    if (await vscode.window.showErrorMessage(message, 'Show log')) this.server.log.show();
  }
}
