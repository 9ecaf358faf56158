// Which documents the server is told of. Whether a YAML or JSON file is a template, the server says.
import type { DocumentFilter, TextDocumentFilter } from 'vscode-languageclient/node';

const LANGUAGES = ['yaml', 'json', 'cloudformation', 'terraform', 'terraform-vars', 'hcl'];
const PATTERNS = ['**/*.tf', '**/*.tofu', '**/*.tfvars', '**/*.tftest.hcl', '**/*.tofutest.hcl', '**/*.template'];

export const DOCUMENT_SELECTOR: DocumentFilter[] = ['file', 'untitled'].flatMap((scheme): TextDocumentFilter[] => [
  ...LANGUAGES.map((language) => ({ scheme, language })),
  ...PATTERNS.map((pattern) => ({ scheme, pattern })),
]);

export function isSelected(document: { languageId: string; fileName: string; uri: { scheme: string } }): boolean {
  if (!['file', 'untitled'].includes(document.uri.scheme)) return false;
  return (
    LANGUAGES.includes(document.languageId) ||
    /\.(tf|tofu|tfvars|tftest\.hcl|tofutest\.hcl|template)$/.test(document.fileName)
  );
}
