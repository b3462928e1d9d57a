import { noChange } from 'lit';
import { Directive, directive, type ElementPart, type PartInfo, PartType } from 'lit/directive.js';

export type StyleValues = Readonly<Record<string, string | undefined>>;

/**
 * Sets style properties of an element through the CSSOM: `<div ${cssom({ left: '10%', '--hue': '120' })}>`. Lit's own `styleMap`
 * writes a style attribute when it first renders, which a strict content security policy blocks.
 */
class CssomDirective extends Directive {
  private previous: StyleValues = {};

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT)
      throw new Error('cssom() belongs on an element, not on an attribute or a child');
  }

  render(_values: StyleValues): typeof noChange {
    return noChange;
  }

  override update(part: ElementPart, [values]: [StyleValues]): typeof noChange {
    const { style } = part.element as HTMLElement;
    for (const name in this.previous) if (!(name in values)) style.removeProperty(name);
    for (const name in values) {
      const value = values[name];
      if (value === this.previous[name]) continue;
      if (value === undefined) style.removeProperty(name);
      else style.setProperty(name, value);
    }
    this.previous = values;
    return noChange;
  }
}

export const cssom = directive(CssomDirective);
