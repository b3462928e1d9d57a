// What the build puts into a file of its own, whose compiled code is kept: all that needs the compiler.
export { Engine } from '../analysis/engine';
export { serveScans } from '../analysis/threads/serveScans';
export { UnitScanner } from '../analysis/threads/unitScanner';
export { rules } from '../lint/index';
