import * as assert from 'node:assert/strict';
import { test } from 'node:test';
import { RestartPolicy } from '../src/restartPolicy';

test('one restart, then none', () => {
  const policy = new RestartPolicy(() => 0);
  assert.deepEqual([policy.crashed(), policy.crashed(), policy.crashed()], [true, false, false]);
});

test('a person who restarts it gives the restart back', () => {
  const policy = new RestartPolicy(() => 0);
  policy.crashed();
  policy.forgive();
  assert.equal(policy.crashed(), true);
});

test('after ten minutes without a crash it may be restarted again', () => {
  let time = 0;
  const policy = new RestartPolicy(() => time);
  policy.crashed();
  time = 10 * 60 * 1000;
  assert.equal(policy.crashed(), true);
  time += 1;
  assert.equal(policy.crashed(), false);
});
