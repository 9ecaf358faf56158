// The text of an explanation once a model was asked, apart from the editor so that it can be tested.

/** What is known, with what was added under it. */
export function withAdded(markdown: string, added: string): string {
  return `${markdown.trimEnd()}\n\n---\n\n${added}\n`;
}

/** What stands in the place of a model's words where the server gives none; `reason` is shown and does nothing. */
export function unsaid(reason: string): string {
  const words = reason.replace(/[\\`*_<>[\]#|~&!]/g, '\\$&').replace(/\s+/g, ' ');
  return `## In this text\n\nNo model tells more: ${words}`;
}
