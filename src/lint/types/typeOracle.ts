import type { ts } from '../ts';

/** What the checker knows of an expression, in the few words that rules need. */
export interface TypeFacts {
  /** Every value the type allows, as template holes print them; undefined when the type is open. */
  readonly finite?: readonly string[];
  readonly primitive?: 'string' | 'number' | 'boolean' | 'bigint';
  /** Name of the type's symbol or alias, such as `Span`. */
  readonly name?: string;
  /** The package that declares the type, such as `@opentelemetry/api`. */
  readonly declaredIn?: string;
  /** Names of the properties of an object type, at most 200. */
  readonly properties?: readonly TypeProperty[];
  readonly isPromise?: boolean;
  /** `null` is one of its values. */
  readonly nullable?: boolean;
  /** `undefined` is one of its values. */
  readonly optional?: boolean;
}

export interface TypeProperty {
  readonly name: string;
  readonly primitive?: TypeFacts['primitive'];
  readonly finite: boolean;
  readonly nullable?: boolean;
  readonly optional?: boolean;
}

/**
 * Answers for nodes of the file that is being linted. Undefined: not known (no types yet, an unresolved import, `any`); a rule then
 * goes by syntax.
 */
export interface TypeOracle {
  factsOf(node: ts.Expression): TypeFacts | undefined;
}

/** Knows nothing and notes what it was asked about: a file that never asks needs no typed pass. */
export class UntypedOracle implements TypeOracle {
  readonly nodes: ts.Expression[] = [];

  get asked(): number {
    return this.nodes.length;
  }

  factsOf(node: ts.Expression): undefined {
    this.nodes.push(node);
    return undefined;
  }
}
