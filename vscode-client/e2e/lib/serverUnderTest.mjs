// The language server as the editor starts it: the real one, behind a script that notes its process id.
import fs from 'node:fs';
import path from 'node:path';
import { LINTEL } from './paths.mjs';

export class ServerUnderTest {
  constructor(folder) {
    this.program = path.join(folder, 'lintel-noted');
    this.pids = path.join(folder, 'pids');
    fs.writeFileSync(this.pids, '');
    this.log = path.join(folder, 'server.log');
    // code-server keeps no log files on disk without a compiled module: the server's own words are kept here
    const script = ['#!/bin/sh', `echo "$$" >> '${this.pids}'`, `exec '${LINTEL}' "$@" 2>> '${this.log}'`, ''];
    fs.writeFileSync(this.program, script.join('\n'), { mode: 0o755 });
  }

  /** Process ids of the servers started so far, the newest last. */
  started() {
    return fs.readFileSync(this.pids, 'utf8').trim().split('\n').filter(Boolean).map(Number);
  }
}
