// A comment or a description becomes a diff to accept.
import { test } from 'node:test';
import { rig } from '../lib/rig.mjs';

const GHOSTLESS = { 'lintel.ghostText.enabled': false };

test('generate from the comment, offered by the light bulb', (t) =>
  rig.inWindow(
    t,
    { workspace: 'templates', file: 'topic.yaml', settings: GHOSTLESS, sharing: 'plain' },
    async (window) => {
      await window.untilStatus(/idle/);
      await window.press('Control+End');
      await window.type('  # an SQS queue');
      await window.pick('Generate: an SQS queue');
      await window.titleButton('Accept').click();
      await window.untilText('the queue', (text) => text.includes('Type: AWS::SQS::Queue'));
      window.assertContains(await window.text(), '  # an SQS queue');
    },
  ));

test('generate from a description, refused and then accepted', (t) =>
  rig.inWindow(t, { workspace: 'module', file: 'topic.tf', settings: GHOSTLESS, sharing: 'plain' }, async (window) => {
    const describe = async () => {
      await window.press('Control+End');
      await window.command('Lintel: Generate from description');
      const input = window.page.locator('.quick-input-widget input.input');
      await window.page.locator('.quick-input-title', { hasText: 'Generate from description' }).waitFor();
      await input.fill('an S3 bucket with versioning');
      await window.press('Enter');
      await window.titleButton('Accept').waitFor();
    };
    const before = await window.text();
    await window.untilStatus(/idle/);
    await describe();
    await window.look('generate-diff');
    await window.titleButton('Refuse').click();
    await window.titleButton('Refuse').waitFor({ state: 'detached' });
    await window.untilText('nothing is inserted', (text) => text === before);
    await describe();
    await window.titleButton('Accept').click();
    await window.untilText('the bucket', (text) => text.includes('resource "aws_s3_bucket"'));
  }));

test('what is selected is changed as a sentence says', (t) =>
  rig.inWindow(t, { workspace: 'module', file: 'topic.tf', settings: GHOSTLESS, sharing: 'plain' }, async (window) => {
    await window.untilStatus(/idle/);
    await window.press('Control+A');
    await window.command('Lintel: Change with description');
    const input = window.page.locator('.quick-input-widget input.input');
    await window.page.locator('.quick-input-title', { hasText: 'Change with description' }).waitFor();
    await input.fill('make this encrypted');
    await window.press('Enter');
    await window.titleButton('Accept').waitFor();
    await window.look('change-diff');
    await window.titleButton('Accept').click();
    await window.untilText('the key', (text) => text.includes('kms_master_key_id = var.kms_key_id'));
  }));
