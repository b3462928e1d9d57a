import { describe, expect, test } from 'vitest';
import { parsePathMappings, withMapping } from '../../../src/protocol/pathMappings';

const said = 'the setting "spanline.pathMappings"';
const parsed = (value: unknown, folder: string | undefined = '/home/me/shop') => parsePathMappings(value, folder);

describe('the setting of path mappings', () => {
  test.each([
    [[{ from: '/app', to: '${workspaceFolder}/server' }], { from: '/app', to: '/home/me/shop/server' }],
    [[{ from: '/app', to: 'server' }], { from: '/app', to: '/home/me/shop/server' }],
    [[{ from: '/app', to: './server' }], { from: '/app', to: '/home/me/shop/server' }],
    [[{ from: '/app', to: '/srv/shop' }], { from: '/app', to: '/srv/shop' }],
    [[{ from: '/app', to: 'D:\\Shop' }], { from: '/app', to: 'd:/Shop' }],
    [[{ remoteRoot: '/app', localRoot: '${workspaceFolder}' }], { from: '/app', to: '/home/me/shop' }],
    [{ '/app': '${workspaceFolder}' }, { from: '/app', to: '/home/me/shop' }],
    [[{ from: '/app', to: '.', service: 'cart' }], { from: '/app', to: '/home/me/shop/.', service: 'cart' }],
  ])('%j is understood', (value, expected) => {
    expect(parsed(value)).toEqual({ mappings: [{ ...expected, said }], faults: [] });
  });

  test('fills in a folder of Windows as it is', () => {
    const { mappings } = parsed([{ from: '/app', to: '${workspaceFolder}\\server' }], 'C:\\Users\\me\\$& shop');
    expect(mappings[0].to).toBe('c:/Users/me/$& shop/server');
  });

  test.each([
    ['/app', '"spanline.pathMappings" is "/app"; it should look like { "from": "/app", "to": "${workspaceFolder}" }'],
    [[7], '"spanline.pathMappings", entry 1, is 7; it should look like { "from": "/app", "to": "${workspaceFolder}" }'],
    [
      [{ to: '/a' }],
      '"spanline.pathMappings", entry 1, has no "from"; it names the folder as the program sees it, such as "/app"',
    ],
    [
      { '/app': 3 },
      '"spanline.pathMappings", entry "/app", has 3 for "to"; it names the folder on this machine, such as "${workspaceFolder}"',
    ],
    [
      [{ from: '/app', to: '${env:HOME}/x' }],
      '"spanline.pathMappings", entry 1, uses ${env:HOME}, which is not known here; of variables only ${workspaceFolder} is filled in',
    ],
    [
      [{ from: '/app', to: '/a', service: 1 }],
      '"spanline.pathMappings", entry 1, has 1 for "service"; it should be the name of a service, or be left out',
    ],
  ])('says what is wrong with %j', (value, fault) => {
    expect(parsed(value)).toEqual({ mappings: [], faults: [fault] });
  });

  test('keeps the entries that are right', () => {
    const { mappings, faults } = parsed([{ from: '/app', to: '/a' }, null, { from: '/srv', to: '/b' }]);
    expect(mappings.map(({ from }) => from)).toEqual(['/app', '/srv']);
    expect(faults).toHaveLength(1);
  });

  test('says so when a path is relative to a folder that is not there', () => {
    const { faults } = parsePathMappings([{ from: '/app', to: 'server' }], undefined);
    expect(faults[0]).toContain('relative to a folder, and this window has none open; write the whole path');
  });
});

describe('one entry more in the setting', () => {
  const entry = { from: '/app', to: '${workspaceFolder}' };

  test.each([
    [undefined, [entry]],
    [[], [entry]],
    ['nonsense', [entry]],
    [[{ from: '/x', to: '/y' }], [{ from: '/x', to: '/y' }, entry]],
    [{ '/x': '/y' }, { '/x': '/y', '/app': '${workspaceFolder}' }],
    [{ '/app': '/y' }, [{ from: '/app', to: '/y' }, entry]],
  ])('after %j', (value, expected) => {
    expect(withMapping(value, entry)).toEqual(expected);
  });
});
