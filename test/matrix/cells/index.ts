import { ATTACHED } from './attached';
import type { Cell } from './cell';
import { FILE_ROUTES } from './fileRoutes';
import { FRAMEWORKS } from './frameworks';
import { MESSAGES } from './messages';
import { OWN_SDK } from './ownSdk';
import { PACKAGES } from './packages';
import { PROCESSES } from './processes';
import { SQLITE } from './sqlite';
import { TESTS } from './tests';
import { TYPESCRIPT } from './typescript';
import { WITHOUT_SDK } from './withoutSdk';

export const CELLS: readonly Cell[] = [
  ...OWN_SDK,
  ...WITHOUT_SDK,
  ...PACKAGES,
  ...FRAMEWORKS,
  ...FILE_ROUTES,
  ...MESSAGES,
  ...SQLITE,
  ...TYPESCRIPT,
  ...TESTS,
  ...PROCESSES,
  ...ATTACHED,
];
