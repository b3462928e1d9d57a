import { css } from 'lit';

/**
 * For elements that carry a service's colour: give them the class `service` and set the properties of `colourValues`. The tones are
 * the theme's (themeStyles.ts).
 */
export const serviceStyles = css`
  .service {
    --service-colour: oklch(var(--tone) var(--chroma) var(--hue));
    --service-tint: color-mix(in srgb, var(--service-colour) 38%, var(--ground));
  }
`;
