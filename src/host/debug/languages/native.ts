import type { Language } from './language';
import { otlpEndpoint } from './otlpEndpoint';

/** Rust, C++ and whatever else is compiled to machine code. */
export const NATIVE: Language = {
  id: 'native',
  types: ['lldb', 'lldb-dap', 'cppdbg', 'cppvsdbg', 'gdb', 'codelldb'],
  prepare: async (launch) => otlpEndpoint(launch),
};
