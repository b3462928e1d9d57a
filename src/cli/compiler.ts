// What the build puts into a file of its own, whose compiled code is kept: all that needs the compiler.
export { Engine } from '../analysis/engine';
export { scan } from '../analysis/scan';
export { lintCommand } from './lint';
