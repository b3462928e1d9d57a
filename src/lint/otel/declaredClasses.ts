import type { FileModel } from '../model';
import { unwrap } from '../syntax/nodes';
import { ts } from '../ts';
import { importOf, requireOf, type Imported } from './imports';
import { mentions } from './mentions';

export interface ClassInFile {
  readonly file: FileModel;
  readonly node: ts.ClassLikeDeclaration;
}

/** The class that a declared name stands for, in this file or in one it imports. `mention`: what the text of that module must have in it. */
export function classNamed(file: FileModel, name: ts.Identifier, mention?: RegExp): ClassInFile | undefined {
  const { parent } = name;
  if (ts.isClassLike(parent)) return { file, node: parent };
  if (ts.isVariableDeclaration(parent) && parent.initializer && ts.isClassExpression(parent.initializer))
    return { file, node: parent.initializer };
  const from = importOf(name) ?? wholeAsDefault(requireOf(name));
  const module = from && file.module(from.module);
  return module && mayMention(module, mention) ? exportedClass(module, from.name) : undefined;
}

/** A module that has it neither in its text nor in that of another, which it passes on or extends, need not be parsed. */
function mayMention(file: FileModel, mention: RegExp | undefined): boolean {
  return !mention || mentions(file, mention) || mentions(file, PASSES_ON);
}

const PASSES_ON = /export\s*(\*|\{)|module\.exports|\bextends\b/;

/** `const Store = require('./store')` */
function wholeAsDefault(from: Imported | undefined): Imported | undefined {
  return from?.name === '*' ? { ...from, name: 'default' } : from;
}

const MAX_HOPS = 8;

function exportedClass(file: FileModel | undefined, name: string, hops = 0): ClassInFile | undefined {
  if (!file || hops > MAX_HOPS) return undefined;
  const entry = file.exports.byName.get(name);
  if (entry?.from === 'module') return exportedClass(file.module(entry.module), entry.name, hops + 1);
  if (entry) {
    const node = ts.isExpression(entry.node) ? unwrap(entry.node) : entry.node;
    if (ts.isClassLike(node)) return { file, node };
    const declaration = ts.isIdentifier(node) ? file.scopes.bindingOf(node)?.declarations[0] : undefined;
    return declaration && classNamed(file, declaration);
  }
  for (const star of file.exports.stars) {
    const found = exportedClass(file.module(star), name, hops + 1);
    if (found) return found;
  }
  return undefined;
}
