import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type ServiceColour, ServiceColours, SLOTS } from '../../../src/model/serviceColours';
import { TEST_THEMES, type TestThemeName } from '../../webview/themes';

const SERVICES = Array.from({ length: 60 }, (_, index) => `service-${index}`);
const key = ({ hue, tone, stripes }: ServiceColour): string => `${hue}/${tone}/${stripes}`;

describe('colours of services', () => {
  test('a name has the same colour in every window, while no other took it', () => {
    expect(new ServiceColours().of('checkout')).toEqual(new ServiceColours().of('checkout'));
  });

  test('a name keeps its colour when more services come', () => {
    const colours = new ServiceColours();
    const before = colours.of('checkout');
    colours.assign(SERVICES);
    expect(colours.of('checkout')).toEqual(before);
  });

  test('do not depend on the order in which a trace names its services', () => {
    const [one, other] = [new ServiceColours(), new ServiceColours()];
    one.assign(SERVICES);
    other.assign([...SERVICES].reverse());
    for (const service of SERVICES) expect(one.of(service)).toEqual(other.of(service));
  });

  test('the first eleven services all have hues of their own, the first 33 colours of their own', () => {
    const colours = new ServiceColours();
    expect(new Set(SERVICES.slice(0, 11).map((service) => colours.of(service).hue)).size).toBe(11);
    expect(new Set(SERVICES.slice(0, 33).map((service) => key(colours.of(service)))).size).toBe(33);
  });

  test('sixty services have colours, none of them the red of errors', () => {
    const colours = new ServiceColours();
    for (const service of SERVICES) {
      const { hue, tone } = colours.of(service);
      expect(hue).toBeGreaterThanOrEqual(50);
      expect(hue).toBeLessThanOrEqual(352);
      expect([0, 1, 2]).toContain(tone);
    }
  });

  test('services beyond the plain colours have stripes, and all 99 look different', () => {
    const colours = new ServiceColours();
    const many = Array.from({ length: SLOTS }, (_, index) => colours.of(`service-${index}`));
    expect(new Set(many.map(key)).size).toBe(99);
    expect(many.map(({ stripes }) => stripes)).toEqual([0, 1, 2].flatMap((kind) => Array<number>(33).fill(kind)));
    expect(colours.of('one more')).toEqual(colours.of('one more'));
  });

  test('are the same after what was given was handed on, whatever comes first then', () => {
    const before = new ServiceColours();
    before.assign(SERVICES.slice(0, 20));
    const after = new ServiceColours(structuredClone(before.given));
    after.assign(['a newcomer', ...SERVICES.slice(10, 30)]);
    for (const service of SERVICES.slice(0, 20)) expect(after.of(service)).toEqual(before.of(service));
  });

  test('of services that nobody has seen lately are not handed on', () => {
    const colours = new ServiceColours();
    colours.assign(SERVICES.slice(0, 30));
    colours.assign(SERVICES.slice(30, 50));
    colours.assign(SERVICES.slice(0, 10));
    const kept = new ServiceColours(colours.given);
    expect(colours.given).toHaveLength(33);
    for (const service of [...SERVICES.slice(0, 10), ...SERVICES.slice(30, 50)])
      expect(kept.of(service)).toEqual(colours.of(service));
  });

  test('do not depend on the trace that is shown first, once the services of all are known', () => {
    const [one, other] = [new ServiceColours(), new ServiceColours()];
    for (const colours of [one, other]) colours.foresee(SERVICES.slice(0, 25));
    one.assign(SERVICES.slice(0, 3));
    other.assign(SERVICES.slice(20, 25));
    for (const service of SERVICES.slice(0, 25)) expect(one.of(service)).toEqual(other.of(service));
  });

  test('are kept for what is shown where more services are known than there are plain colours', () => {
    const colours = new ServiceColours();
    colours.foresee(SERVICES);
    colours.assign(SERVICES.slice(40, 51));
    expect(new Set(SERVICES.slice(40, 51).map((service) => colours.of(service).hue)).size).toBe(11);
  });

  test('the order of services is left as it was given', () => {
    const services = ['b', 'a'];
    new ServiceColours().assign(services);
    expect(services).toEqual(['b', 'a']);
  });
});

describe('every colour', () => {
  const styles = readFileSync(new URL('../../../webview/waterfall/themeStyles.ts', import.meta.url), 'utf8');
  const [darkStyles, lightStyles] = styles.split(":host([theme='light'])");
  const value = (from: string, name: string): number => Number(new RegExp(`--${name}: ([\\d.]+);`).exec(from)?.[1]);
  const colours = new ServiceColours();
  const all = [...new Map(SERVICES.map((service) => [key(colours.of(service)), colours.of(service)])).values()];
  const themes = Object.keys(TEST_THEMES) as TestThemeName[];
  const oklab = (theme: TestThemeName, { hue, tone }: ServiceColour) => {
    const from = /light/i.test(theme) ? lightStyles : darkStyles;
    return toOklab(value(from, `tone-${tone}`), value(from, `chroma-${tone}`), hue);
  };
  /** Behind bars: what high-contrast themes do not set is not drawn. */
  const GROUNDS = ['editor-background', 'list-activeSelectionBackground', 'list-inactiveSelectionBackground'];

  test.each(themes)('of %s stands out from the background and from selected rows by 3:1', (theme) => {
    const grounds = GROUNDS.flatMap((name) => TEST_THEMES[theme].colours[name] ?? []);
    expect(grounds.length).toBeGreaterThan(0);
    for (const ground of grounds)
      for (const colour of all)
        expect(
          contrast(luminanceOfOklab(oklab(theme, colour)), luminanceOfHex(ground)),
          `${key(colour)} on ${ground}`,
        ).toBeGreaterThanOrEqual(3);
  });

  test.each(themes)('of %s can be told from every other plain one', (theme) => {
    const plain = all.filter(({ stripes }) => stripes === 0).map((colour) => oklab(theme, colour));
    const distances = plain.flatMap((one, i) => plain.slice(i + 1).map((other) => distance(one, other)));
    // Two hundredths of Oklab's unit are about what an eye just sees side by side.
    expect(Math.min(...distances)).toBeGreaterThan(0.04);
  });
});

type Oklab = readonly [lightness: number, a: number, b: number];

function toOklab(lightness: number, chroma: number, hue: number): Oklab {
  return [lightness, chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)];
}

function distance(one: Oklab, other: Oklab): number {
  return Math.hypot(...one.map((value, i) => value - other[i]));
}

/** Relative luminance, by way of Oklab's matrices to linear sRGB; channels outside the gamut are cut as browsers do at worst. */
function luminanceOfOklab([lightness, a, b]: Oklab): number {
  const [l, m, s] = [
    (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3,
    (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3,
    (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3,
  ];
  const channels = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((channel) => Math.min(Math.max(channel, 0), 1));
  return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2];
}

function luminanceOfHex(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}
