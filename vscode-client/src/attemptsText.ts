// The attempts of a run as a document that a person can read.
import type { Attempt } from './protocol';

/** Markdown: for each attempt what was proposed, what the linters said, the diff. */
export function attemptsMarkdown(name: string, attempts: readonly Attempt[]): string {
  const head = `# Attempts for ${name}\n`;
  if (attempts.length === 0) return `${head}\nNo run of the loop in this session.\n`;
  return [head, ...attempts.map((attempt, index) => section(attempt, index, attempts.length))].join('\n');
}

function section(attempt: Attempt, index: number, of: number): string {
  const verdict = attempt.accepted ? 'taken' : 'refused';
  const lines = [
    `## ${index + 1} of ${of}: ${attempt.title || attempt.proposer} (${verdict})\n`,
    `Proposed by ${attempt.proposer} in ${attempt.seconds.toFixed(1)} s.\n`,
  ];
  if (attempt.feedback) lines.push(`${attempt.feedback}\n`);
  if (attempt.findings.length > 0) {
    lines.push('Findings left:\n', ...attempt.findings.map((finding) => `- ${finding}`), '');
  }
  if (attempt.diff) lines.push(fenced(attempt.diff));
  return lines.join('\n');
}

/** A fence longer than any run of backquotes inside. */
function fenced(diff: string): string {
  const longest = Math.max(2, ...(diff.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}diff\n${diff.trimEnd()}\n${fence}\n`;
}
