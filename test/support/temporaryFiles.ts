import { useOwnTemporaryFolder } from './ownTemporaryFolder';

/** Vitest's global setup: before the processes that run the tests are started. */
export const setup = useOwnTemporaryFolder;
