// A comment that states an intent: ghost text below it, and Tab.
import { test } from 'node:test';
import { rig } from '../lib/rig.mjs';

const CASES = [
  {
    workspace: 'templates',
    file: 'topic.yaml',
    comment: '  # an S3 bucket with versioning',
    type: 'Type: AWS::S3::Bucket',
  },
  {
    workspace: 'module',
    file: 'topic.tf',
    comment: '# an S3 bucket with versioning\n', // offered on the line below, too
    type: 'resource "aws_s3_bucket"',
  },
];

for (const { workspace, file, comment, type } of CASES) {
  test(`ghost text in ${file}`, (t) =>
    rig.inWindow(t, { workspace, file, sharing: 'plain' }, async (window) => {
      const before = window.disk(file).trimEnd();
      await window.untilStatus(/idle/);
      await window.press('Control+End');
      await window.type(comment);
      await window.ghost.first().waitFor();
      await window.look(`ghost-text-${file}`);
      await window.press('Tab');
      const text = await window.untilText('the resource', (now) => now.includes(type));
      window.assertContains(await window.text(), before);
      window.assertContains(await window.text(), comment);
      await window.ghost.first().waitFor({ state: 'detached' });
      await window.look(`ghost-text-accepted-${file}`);
      await window.save();
      await window.untilStatus(/idle/);
      window.assertContains(window.disk(file), type);
      await window.squiggle().waitFor({ state: 'detached' });
      return text;
    }));
}

test('ghost text accepted word by word', (t) =>
  rig.inWindow(t, { workspace: 'module', file: 'topic.tf', sharing: 'plain' }, async (window) => {
    await window.untilStatus(/idle/);
    await window.press('Control+End');
    await window.type('# an S3 bucket with versioning');
    await window.ghost.first().waitFor();
    const before = await window.text();
    for (const words of [/resource/, /resource "/, /resource "aws/]) {
      await window.press('Control+ArrowRight');
      await window.untilText('a word more', (now) => words.test(now.slice(before.length)));
      await window.ghost.first().waitFor();
    }
    await window.look('ghost-text-in-part');
    await window.press('Tab');
    await window.untilText('the resource', (now) => now.includes('resource "aws_s3_bucket"'));
    await window.ghost.first().waitFor({ state: 'detached' });
    await window.save();
    await window.untilStatus(/idle/);
    await window.squiggle().waitFor({ state: 'detached' });
  }));

test('ghost text whose parameter stands elsewhere', (t) =>
  rig.inWindow(t, { workspace: 'templates', file: 'topic.yaml', sharing: 'plain' }, async (window) => {
    const before = await window.text();
    await window.untilStatus(/idle/);
    await window.press('Control+End');
    await window.type('  # an SSM parameter');
    await window.untilText('the comment', (now) => now.trimEnd().endsWith('# an SSM parameter'));
    const commented = await window.text();
    await window.ghost.first().waitFor();
    await window.press('Tab');
    await window.untilText('block and parameter', (now) => now.includes('Parameters:'));
    const text = await window.text();
    window.assertContains(text, 'Type: AWS::SSM::Parameter');
    window.assertContains(text, '!Ref SettingValue');
    await window.look('ghost-text-parameter');
    await window.press('Control+z');
    await window.untilText('the block alone', (now) => !now.includes('Parameters:') && now.includes('!Ref'));
    await window.press('Control+z');
    await window.untilText('the comment alone', (now) => now === commented);
    window.assertContains(commented, before.trimEnd());
  }));
