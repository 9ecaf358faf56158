// Completion: a resource type accepted as a snippet with its required parts.
import { test } from 'node:test';
import { rig } from '../lib/rig.mjs';

test('a resource type in YAML', (t) =>
  rig.inWindow(t, { workspace: 'templates', file: 'topic.yaml', sharing: 'plain' }, async (window) => {
    await window.untilStatus(/idle/);
    await window.press('Control+End');
    await window.type('  Table:\n  Type: AWS::DynamoDB::Ta');
    await accept(window, 'AWS::DynamoDB::Table with required properties', 'completion-yaml');
    await window.untilText('the required parts', (text) =>
      /Type: AWS::DynamoDB::Table\n\s+Properties:\n\s+KeySchema/.test(text),
    );
  }));

test('a resource type in Terraform', (t) =>
  rig.inWindow(t, { workspace: 'module', file: 'topic.tf', sharing: 'plain' }, async (window) => {
    await window.untilStatus(/idle/);
    await window.press('Control+End');
    await window.type('resource "aws_iam_ro');
    await accept(window, 'aws_iam_role {…}', 'completion-terraform');
    await window.untilText('the required parts', (text) =>
      /resource "aws_iam_role" "\w*" \{\n\s+assume_role_policy/.test(text),
    );
  }));

async function accept(window, label, name) {
  const row = window.popup.getByRole('option', { name: label }).first();
  await row.waitFor();
  await window.look(name);
  await row.click();
  await window.popup.waitFor({ state: 'hidden' });
}
