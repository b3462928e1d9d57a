import {
  provideVSCodeDesignSystem,
  TextField,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDivider,
  vsCodeLink,
  vsCodeProgressRing,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';

/**
 * Registers the ordinary controls, `vscode-…` elements, once. They come from one place so that another library with the same tags
 * can take over here. The toolkit's badge is not among them: it sets a style attribute, which the page's policy forbids.
 */
export function registerControls(): void {
  keepLabels(TextField.prototype);
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeDivider(),
    vsCodeLink(),
    vsCodeProgressRing(),
    vsCodeTextField(),
  );
}

/** The toolkit calls every text field "Text field" when it is put on the page, whatever its aria-label says. */
function keepLabels(fields: TextField): void {
  const connected = Reflect.get<TextField, 'connectedCallback'>(fields, 'connectedCallback');
  fields.connectedCallback = function (this: TextField): void {
    const label = this.getAttribute('aria-label');
    connected.call(this);
    if (label !== null) this.setAttribute('aria-label', label);
  };
}
