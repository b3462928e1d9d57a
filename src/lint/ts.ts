/** The one copy of the compiler: ts-morph brings its own, and rules walk the nodes of the same one. */
export { ts } from 'ts-morph';
