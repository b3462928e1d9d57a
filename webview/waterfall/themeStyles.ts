import { css } from 'lit';

/**
 * Colours that the theme has no variable for. Services get a hue (see serviceColours.ts); lightness and chroma are the theme's, so
 * that every bar stands out by 3:1 or more from the background, that of a selected row included.
 */
export const themeStyles = css`
  :host {
    --line: var(--vscode-panel-border, var(--vscode-widget-border, rgb(128 128 128 / 35%)));
    --tick-line: color-mix(in srgb, var(--vscode-foreground) 10%, transparent);
    --ground: var(--vscode-editor-background);
    --ink: var(--vscode-foreground);
    --critical-colour: var(--ink);
    --tone-0: 0.7;
    --tone-1: 0.8;
    --tone-2: 0.63;
    --chroma-0: 0.13;
    --chroma-1: 0.08;
    --chroma-2: 0.15;
  }
  :host([theme='light']),
  :host([theme='high-contrast-light']) {
    --tone-0: 0.58;
    --tone-1: 0.46;
    --tone-2: 0.36;
    --chroma-0: 0.14;
    --chroma-1: 0.1;
    --chroma-2: 0.1;
  }
  /* The system's colours rule; a middle lightness stands out from black and from white. */
  @media (forced-colors: active) {
    :host([theme]) {
      --ground: Canvas;
      --ink: CanvasText;
      --bar-border: CanvasText;
      --tick-line: color-mix(in srgb, CanvasText 25%, Canvas);
      --tone-0: 0.62;
      --tone-1: 0.62;
      --tone-2: 0.62;
    }
  }
`;
