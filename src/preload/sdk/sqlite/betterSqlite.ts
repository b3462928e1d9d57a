import type { PackageFile } from '../../stage0/packageFile';
import { replaceMethod, type AnyFunction } from '../../capture/sdkTypes';
import type { WatchingInstrumentation } from '../ownInstrumentation';
import { SqliteTracing } from './sqliteTracing';

const SCOPE = 'better-sqlite3';
/** Of these some export the class of databases: up to version 12 the first, later those for all systems and for one. */
const FILES = /^lib\/(?:database|index|[a-z\d]+-[a-z\d]+)\.js$/;
/** By which a transaction may be begun. */
const VARIANTS = ['default', 'deferred', 'immediate', 'exclusive'];
const CONTROL = /^\s*(?:begin|commit|rollback|savepoint|release)\b/i;

interface Statement {
  /** Its text, with places where values go. */
  readonly source?: unknown;
}
interface DatabaseClass {
  readonly prototype?: Record<string, AnyFunction>;
}

/** Its statements are of a class that only they themselves lead to. */
export class BetterSqliteTracing extends SqliteTracing implements WatchingInstrumentation {
  private readonly databases = new WeakSet<object>();
  /** Transactions under way, one in another: their spans tell of what begins and ends them. */
  private transactions = 0;

  constructor() {
    super(SCOPE);
  }

  loaded(file: PackageFile, exports: unknown): void {
    const { prototype } = exports as DatabaseClass;
    if (!FILES.test(file.path) || !prototype || this.databases.has(prototype)) return;
    this.databases.add(prototype);
    this.watch(prototype, ['exec'], (_database, [text]) => text);
    this.watchPrepare(prototype);
    this.watchTransaction(prototype);
  }

  private watchPrepare(prototype: Record<string, AnyFunction>): void {
    const { prepare } = prototype;
    if (typeof prepare !== 'function') return;
    const watchStatements = (statement: unknown) =>
      this.watch(Object.getPrototypeOf(statement), ['run', 'get', 'all', 'iterate'], (each) => this.textOf(each));
    replaceMethod(prototype, 'prepare', function (this: unknown, ...args: unknown[]): unknown {
      const statement = prepare.apply(this, args);
      watchStatements(statement);
      return statement;
    });
  }

  private textOf(statement: unknown): unknown {
    const { source } = statement as Statement;
    return this.transactions > 0 && typeof source === 'string' && CONTROL.test(source) ? undefined : source;
  }

  /** What `transaction` gives is a function with others on it, none of which can be replaced: ours have the same on them. */
  private watchTransaction(prototype: Record<string, AnyFunction>): void {
    const { transaction } = prototype;
    if (typeof transaction !== 'function') return;
    const follow = (variant: AnyFunction) => this.follow(variant);
    replaceMethod(prototype, 'transaction', function (this: unknown, ...args: unknown[]): unknown {
      const made = transaction.apply(this, args);
      const properties = Object.getOwnPropertyDescriptors(made) as Record<string, PropertyDescriptor>;
      for (const name of VARIANTS) {
        const { value } = (properties[name] ?? {}) as { readonly value?: unknown };
        if (typeof value === 'function')
          properties[name] = { ...properties[name], value: follow(value as AnyFunction) };
      }
      const { default: called } = properties;
      if (typeof called?.value !== 'function') return made;
      for (const name of VARIANTS) if (properties[name]) Object.defineProperties(properties[name].value, properties);
      return called.value as unknown;
    });
  }

  private follow(variant: AnyFunction): AnyFunction {
    const within = (run: () => unknown) => this.inTransaction(run);
    return function (this: unknown, ...args: unknown[]): unknown {
      return within(() => variant.apply(this, args));
    };
  }

  private inTransaction(run: () => unknown): unknown {
    return this.around('transaction', () => {
      this.transactions++;
      try {
        return run();
      } finally {
        this.transactions--;
      }
    });
  }
}
