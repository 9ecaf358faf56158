// What a code lens that counts references opens: the places, as the server knows them, in the editor's own view.
import * as vscode from 'vscode';

export interface ReferencesArguments {
  readonly uri: string;
  readonly position: { readonly line: number; readonly character: number };
}

export async function showReferences({ uri, position }: ReferencesArguments): Promise<void> {
  const file = vscode.Uri.parse(uri);
  const place = new vscode.Position(position.line, position.character);
  const found = await vscode.commands.executeCommand<vscode.Location[]>('vscode.executeReferenceProvider', file, place);
  const uses = found.filter((one) => one.uri.toString() !== file.toString() || !one.range.contains(place));
  await vscode.commands.executeCommand('editor.action.showReferences', file, place, uses);
}
