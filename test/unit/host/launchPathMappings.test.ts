import { expect, test } from 'vitest';
import { launchPathMappings } from '../../../src/host/debug/launchPathMappings';

test.each([
  ['Node', { remoteRoot: '/app', localRoot: '/ws' }],
  ['Python', { pathMappings: [{ remoteRoot: '/app', localRoot: '/ws' }] }],
  ['Go', { substitutePath: [{ from: '/ws', to: '/app' }] }],
  ['PHP', { pathMappings: { '/app': '/ws' } }],
  ['.NET', { sourceFileMap: { '/app': '/ws' } }],
  ['.NET, with options', { sourceFileMap: { '/app': { path: '/ws', useForBreakpoints: false } } }],
  ['Rust', { sourceMap: { '/app': '/ws' } }],
])('a configuration for %s says where its files are', (_, configuration) => {
  expect(launchPathMappings({ name: 'Attach', ...configuration })).toEqual([
    { from: '/app', to: '/ws', said: 'the debug configuration "Attach"' },
  ]);
});

test.each([
  [{}],
  [{ remoteRoot: '/app' }],
  [{ localRoot: '/ws' }],
  [{ remoteRoot: '/app', localRoot: '${workspaceFolder}' }],
  [{ pathMappings: 'x', sourceMap: null, substitutePath: [null, 3], sourceFileMap: { '/app': null } }],
])('%j says nothing', (configuration) => {
  expect(launchPathMappings(configuration)).toEqual([]);
});
