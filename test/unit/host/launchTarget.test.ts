import { describe, expect, it } from 'vitest';
import { type LaunchConfiguration, whyLeftAlone } from '../../../src/host/debug/launchTarget';

const launch = (changes: object = {}): LaunchConfiguration => ({
  type: 'pwa-node',
  name: 'Launch',
  request: 'launch',
  ...changes,
});

describe('a debug session', () => {
  it.each(['node', 'pwa-node', 'node-terminal'])('of type %s is entered', (type) => {
    expect(whyLeftAlone(launch({ type }))).toBeUndefined();
  });

  it.each(['extensionHost', 'pwa-extensionHost', 'chrome', 'pwa-msedge', 'python', 'go'])(
    'of type %s is left alone without a word',
    (type) => {
      expect(whyLeftAlone(launch({ type }))?.expected).toBe(true);
    },
  );

  it('that attaches, or that is the debugger’s own child, is left alone without a word', () => {
    expect(whyLeftAlone(launch({ request: 'attach' }))?.expected).toBe(true);
    expect(whyLeftAlone(launch({ __pendingTargetId: '7' }))?.expected).toBe(true);
  });

  it.each([
    ['docker', { runtimeExecutable: 'docker' }],
    ['a path to ssh', { runtimeExecutable: 'C:\\Windows\\System32\\OpenSSH\\ssh.exe' }],
    ['deno', { runtimeExecutable: '/usr/local/bin/deno' }],
    ['bun', { runtimeExecutable: 'bun' }],
    ['a remote root', { remoteRoot: '/app' }],
    ['WSL', { useWSL: true }],
    ['another machine', { address: '10.0.0.7' }],
    ['a simple attach port', { attachSimplePort: 9229 }],
  ])('that would not find or read the preload is left alone and it is said why: %s', (_, changes) => {
    const leftAlone = whyLeftAlone(launch(changes));
    expect(leftAlone?.expected).toBe(false);
    expect(leftAlone?.reason).toBeTruthy();
  });

  it.each([
    ['npm', { runtimeExecutable: 'npm', runtimeArgs: ['run', 'start'] }],
    ['tsx', { runtimeExecutable: '/repo/node_modules/.bin/tsx' }],
    ['nothing special', { remoteRoot: null, attachSimplePort: null, runtimeExecutable: null, address: 'localhost' }],
  ])('that runs %s is entered', (_, changes) => {
    expect(whyLeftAlone(launch(changes))).toBeUndefined();
  });
});
