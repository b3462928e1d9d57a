import { ts as compiler } from 'ts-morph';

/** The one copy of the compiler: ts-morph brings its own, and rules walk the nodes of the same one. Held here, since there it is a getter. */
export import ts = compiler;
