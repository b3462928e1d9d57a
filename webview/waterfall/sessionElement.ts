import { LitElement, type PropertyValues } from 'lit';
import type { Disposable } from '../../src/base/disposables';
import type { Session } from './state/session';

/** A part of the waterfall: handed the session by its parent, drawn again when the session changed. */
export abstract class SessionElement extends LitElement {
  static override properties = { session: { attribute: false } };
  declare session: Session;
  private subscription: Disposable | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.subscribe();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.subscription?.dispose();
    this.subscription = undefined;
  }

  override willUpdate(changed: PropertyValues): void {
    if (changed.has('session')) this.subscribe();
  }

  private subscribe(): void {
    this.subscription?.dispose();
    this.subscription = this.session?.onChange(() => this.requestUpdate());
  }
}
