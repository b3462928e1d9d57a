import { css } from 'lit';

/**
 * For elements that carry a service's colour: give them the class `service`, set the properties of `colourValues`, and draw them in
 * `--service-fill`, which has the service's stripes. The tones are the theme's (themeStyles.ts).
 */
export const serviceStyles = css`
  .service {
    --service-colour: oklch(var(--tone) var(--chroma) var(--hue));
    --service-tint: color-mix(in srgb, var(--service-colour) 38%, var(--ground));
    --stripes-of: var(--service-colour) 0 3px, var(--ground) 3px 5px;
    --tint-stripes-of: var(--service-tint) 0 3px, var(--ground) 3px 5px;
    --service-stripes-1: repeating-linear-gradient(45deg, var(--stripes-of));
    --service-stripes-2: repeating-linear-gradient(90deg, var(--stripes-of));
    --service-tint-stripes-1: repeating-linear-gradient(45deg, var(--tint-stripes-of));
    --service-tint-stripes-2: repeating-linear-gradient(90deg, var(--tint-stripes-of));
  }
`;
