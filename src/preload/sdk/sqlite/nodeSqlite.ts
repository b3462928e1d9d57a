import nodeModule from 'module';
import { replaceMethod, type AnyFunction } from '../../capture/sdkTypes';
import { SqliteTracing } from './sqliteTracing';

const MODULE = 'node:sqlite';
/** As Node lists what it has loaded of its own. */
const LISTED = 'NativeModule sqlite';
const RUNS = ['run', 'get', 'all', 'iterate'];

interface Exports {
  readonly DatabaseSync?: { readonly prototype?: Record<string, AnyFunction> };
  readonly StatementSync?: { readonly prototype?: object };
}
interface Hooks {
  resolve(specifier: string, context: unknown, next: (specifier: string, context: unknown) => unknown): unknown;
}
type WithHooks = typeof nodeModule & { registerHooks?: (hooks: Hooks) => { deregister(): void } };
type WithBuiltins = NodeJS.Process & {
  getBuiltinModule?: (name: string) => unknown;
  readonly moduleLoadList?: readonly string[];
};

/** Node's own SQLite. It warns when it is loaded, so that is left to the program. */
export class NodeSqliteTracing extends SqliteTracing {
  constructor() {
    super(MODULE);
  }

  /** From the moment on that the program loads it, where Node tells of that. */
  follow(): void {
    const { registerHooks } = nodeModule as WithHooks;
    if ((process as WithBuiltins).moduleLoadList?.includes(LISTED)) {
      this.patch();
      return;
    }
    if (typeof registerHooks !== 'function') return;
    const isTracing = () => this.tracer !== undefined;
    const patch = () => this.patch();
    const hooks = registerHooks({
      resolve(specifier, context, next) {
        const resolved = next(specifier, context);
        if (specifier === MODULE && isTracing()) patch();
        if (specifier === MODULE || !isTracing()) hooks.deregister();
        return resolved;
      },
    });
  }

  private patch(): void {
    try {
      const found = (process as WithBuiltins).getBuiltinModule?.(MODULE) as Exports | undefined;
      if (found) this.watchClasses(found);
    } catch {
      // the program hears of it when it loads the module itself
    }
  }

  private watchClasses({ DatabaseSync, StatementSync }: Exports): void {
    this.watch(DatabaseSync?.prototype, ['exec'], (_database, [text]) => text);
    this.watch(StatementSync?.prototype, RUNS, (statement) => sourceOf(statement));
    const { createTagStore } = DatabaseSync?.prototype ?? {};
    if (!DatabaseSync?.prototype || typeof createTagStore !== 'function') return;
    const watchStore = (store: unknown) =>
      this.watch(Object.getPrototypeOf(store), RUNS, (_store, [pieces]) => textOfTemplate(pieces));
    replaceMethod(DatabaseSync.prototype, 'createTagStore', function (this: unknown, ...args: unknown[]): unknown {
      const store = createTagStore.apply(this, args);
      watchStore(store);
      return store;
    });
  }
}

/** A method at first, then a property. */
function sourceOf(statement: unknown): unknown {
  const { sourceSQL } = statement as { readonly sourceSQL?: unknown };
  return typeof sourceSQL === 'function' ? Reflect.apply(sourceSQL, statement, []) : sourceSQL;
}

function textOfTemplate(pieces: unknown): unknown {
  return Array.isArray(pieces) ? pieces.join('?') : undefined;
}
