import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type ServiceColour, ServiceColours } from '../../../src/model/serviceColours';

const SERVICES = Array.from({ length: 60 }, (_, index) => `service-${index}`);
const key = ({ hue, tone }: ServiceColour): string => `${hue}/${tone}`;

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

  test('the order of services is left as it was given', () => {
    const services = ['b', 'a'];
    new ServiceColours().assign(services);
    expect(services).toEqual(['b', 'a']);
  });
});

describe('every colour against the background', () => {
  const styles = readFileSync(new URL('../../../webview/waterfall/themeStyles.ts', import.meta.url), 'utf8');
  const [darkStyles, lightStyles] = styles.split(":host([theme='light'])");
  const value = (from: string, name: string): number => Number(new RegExp(`--${name}: ([\\d.]+);`).exec(from)?.[1]);
  const colours = new ServiceColours();
  const all = new Map(SERVICES.map((service) => [key(colours.of(service)), colours.of(service)]));

  test.each([
    ['dark', darkStyles, 0x1f],
    ['high contrast', darkStyles, 0],
    ['light', lightStyles, 0xff],
  ])('of the %s theme is 3:1 or more', (_theme, from, grey) => {
    for (const { hue, tone } of all.values()) {
      const luminance = luminanceOfOklch(value(from, `tone-${tone}`), value(from, `chroma-${tone}`), hue);
      expect(contrast(luminance, luminanceOfGrey(grey)), `hue ${hue} tone ${tone}`).toBeGreaterThanOrEqual(3);
    }
  });
});

/** Relative luminance, by way of Oklab's matrices to linear sRGB; channels outside the gamut are cut as browsers do at worst. */
function luminanceOfOklch(lightness: number, chroma: number, hue: number): number {
  const [a, b] = [chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)];
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

function luminanceOfGrey(byte: number): number {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function contrast(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}
