import { describe, expect, it } from 'vitest';
import { analysisSettings, readSetting, SETTING_DEFAULTS, type SettingKey } from '../../../src/protocol/settings';

describe('a setting', () => {
  it('is what was configured', () => {
    expect(readSetting('capture.enabled', false)).toBe(false);
    expect(readSetting('receiver.sharedPorts', [])).toEqual([]);
    expect(readSetting('lint.rules', { a: 'off' })).toEqual({ a: 'off' });
  });

  it.each<[SettingKey, unknown]>([
    ['capture.enabled', undefined],
    ['capture.enabled', 'yes'],
    ['store.maxBytes', '512MB'],
    ['store.maxBytes', -1],
    ['store.maxBytes', Number.NaN],
    ['receiver.maxRequestBytes', 0],
    ['receiver.sharedPorts', 4318],
    ['receiver.sharedPorts', [4318, 'http']],
    ['receiver.sharedPorts', [70_000]],
    ['lint.rules', []],
    ['lint.rules', null],
    ['lint.wrappers', [1]],
  ])('%s has its default where %j was configured', (key, configured) => {
    expect(readSetting(key, configured)).toEqual(SETTING_DEFAULTS[key]);
  });

  it('goes to the analysis by its part', () => {
    const settings = analysisSettings({ get: (key) => readSetting(key, undefined) });
    expect(settings).toEqual({ enabled: true, rules: {}, wrappers: [], evidence: true, workspace: true });
  });
});
