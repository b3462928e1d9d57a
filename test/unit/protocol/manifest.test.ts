import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ANALYSED_LANGUAGES, RULE_LEVELS } from '../../../src/protocol/analysis';
import { COMMANDS, CONTEXT_KEYS, INTERNAL_COMMANDS, VIEWS } from '../../../src/protocol/contributions';
import { SETTING_DEFAULTS } from '../../../src/protocol/settings';

interface Setting {
  default: unknown;
  type: string;
  scope: string;
  order: number;
  additionalProperties?: { enum: string[] };
  properties?: Record<string, { description?: string }>;
}

interface Manifest {
  activationEvents: string[];
  capabilities: { untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] } };
  contributes: {
    commands: { command: string; title: string; category: string; icon?: string | { light: string; dark: string } }[];
    menus: Record<string, { command: string; when?: string }[]>;
    viewsContainers: { activitybar: { id: string; icon: string }[] };
    views: Record<string, { id: string; icon: string }[]>;
    viewsWelcome: { view: string; when: string; contents: string }[];
    configuration: { title: string; properties: Record<string, Setting> }[];
    walkthroughs: {
      id: string;
      steps: { media: { svg: string }; completionEvents?: string[]; description: string }[];
    }[];
  };
}

const root = join(import.meta.dirname, '../../..');
const text = readFileSync(join(root, 'package.json'), 'utf8');
const manifest = JSON.parse(text) as Manifest;
const { contributes } = manifest;
const settings = new Map(contributes.configuration.flatMap(({ properties }) => Object.entries(properties)));
const sorted = (values: Iterable<string>): string[] => [...values].sort();

describe('package.json', () => {
  it('contributes exactly the commands of the contract that are not internal', () => {
    const shown = Object.values(COMMANDS).filter((id) => !INTERNAL_COMMANDS.includes(id));
    expect(sorted(contributes.commands.map(({ command }) => command))).toEqual(sorted(shown));
  });

  it('contributes exactly the views of the contract', () => {
    expect(contributes.viewsContainers.activitybar.map(({ id }) => id)).toEqual([VIEWS.container]);
    expect(Object.keys(contributes.views)).toEqual([VIEWS.container]);
    expect(contributes.views[VIEWS.container].map(({ id }) => id)).toEqual([VIEWS.traces, VIEWS.metrics]);
    expect(new Set(contributes.viewsWelcome.map(({ view }) => view))).toEqual(new Set([VIEWS.traces]));
  });

  it('has exactly the settings of the contract, with their defaults', () => {
    const defaults = Object.fromEntries(
      [...settings].map(([key, { default: value }]) => [key.replace('spanline.', ''), value]),
    );
    expect(defaults).toEqual(SETTING_DEFAULTS);
  });

  it('shows the settings of a section in an order of their own', () => {
    for (const { title, properties } of contributes.configuration) {
      const orders = Object.values(properties).map(({ order }) => order);
      expect([title, orders]).toEqual([title, orders.map((_, index) => index + 1)]);
    }
  });

  it('names each language before what is done for it: the settings’ page shows nothing else', () => {
    const choices = Object.entries(settings.get('spanline.capture.languages')?.properties ?? {});
    expect(choices.map(([id]) => id)).toEqual(Object.keys(SETTING_DEFAULTS['capture.languages']));
    for (const [id, { description }] of choices)
      expect([id, description]).toEqual([id, expect.stringMatching(/^[^:]+: /)]);
  });

  it('tells nobody that nothing leaves the machine once a copy is sent elsewhere', () => {
    const promises = contributes.viewsWelcome.filter(({ contents }) => contents.includes('Nothing leaves'));
    expect(promises.map(({ when }) => when)).toEqual([expect.stringContaining('!config.spanline.forward.endpoint')]);
  });

  it('goes by no context key but those of the contract', () => {
    const ids = [...Object.values(COMMANDS), ...Object.values(VIEWS), ...settings.keys()];
    const conditions = text.match(/"(?:when|enablement)": ".*"|"onContext:.*"/g)!.join('\n');
    const keys = new Set(
      conditions.match(/(?<!config\.)\bspanline\.\w+/g)!.filter((key) => !ids.includes(key as never)),
    );
    expect(sorted(keys)).toEqual(sorted(Object.values(CONTEXT_KEYS)));
  });

  it('offers the levels of the contract for rules', () => {
    expect(settings.get('spanline.lint.rules')?.additionalProperties?.enum).toEqual(RULE_LEVELS);
  });

  it('calls commands as VS Code does: under one category, every long word with a capital letter', () => {
    const small = new Set(['a', 'an', 'and', 'at', 'by', 'for', 'in', 'of', 'on', 'or', 'the', 'to', 'with']);
    for (const { title, category } of contributes.commands) {
      expect(category).toBe('Spanline');
      const words = title.split(' ').filter((word, index) => index === 0 || !small.has(word));
      expect([title, words.filter((word) => word[0] !== word[0].toUpperCase())]).toEqual([title, []]);
    }
  });

  it('lets no workspace set what deletes the data of others', () => {
    expect(settings.get('spanline.journal.maxAgeDays')?.scope).toBe('application');
  });

  it('names no command, context key or file that does not exist', () => {
    const commands = new Set<string>(Object.values(COMMANDS));
    const used = [...text.matchAll(/command:(spanline\.\w+)|onCommand:(spanline\.\w+)|"command": "(spanline\.\w+)"/g)];
    expect(used.map((match) => match[1] ?? match[2] ?? match[3]).filter((id) => !commands.has(id))).toEqual([]);
    const keys = new Set<string>(Object.values(CONTEXT_KEYS));
    const conditions = [...text.matchAll(/(?:"when": "[^"]*?!?|onContext:)(spanline\.(?!traces\b|metrics\b)\w+)/g)].map(
      (match) => match[1],
    );
    expect(conditions.filter((key) => !keys.has(key))).toEqual([]);
    const files = [...text.matchAll(/"((?:media)\/[^"]+)"/g)].map((match) => match[1]);
    expect(files.length).toBeGreaterThan(5);
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  it('starts for debugging and for the languages that are analysed, never for everything', () => {
    expect(manifest.activationEvents).toContain('onDebug');
    expect(manifest.activationEvents).toEqual(
      expect.arrayContaining(ANALYSED_LANGUAGES.map((id) => `onLanguage:${id}`)),
    );
    expect(manifest.activationEvents).not.toContain('*');
    expect(manifest.activationEvents).not.toContain('onStartupFinished');
  });

  it('lets an untrusted workspace neither capture nor open ports', () => {
    const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    expect(supported).toBe('limited');
    expect(restrictedConfigurations).toEqual(
      expect.arrayContaining(['spanline.capture.enabled', 'spanline.receiver.sharedPorts']),
    );
    expect(restrictedConfigurations.filter((key) => !settings.has(key))).toEqual([]);
  });
});
