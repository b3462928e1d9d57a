import { Registry } from '../../base/registry';
import { addParameterAttributes } from './addParameterAttributes';
import type { Refactoring } from './refactoring';
import { wrapInSpan } from './wrapInSpan';

export const refactorings = new Registry<Refactoring>('refactoring', [wrapInSpan, addParameterAttributes]);
