#!/usr/bin/env node
// The language server's process: over Node's IPC or stdio, as the editor starts it.
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { logTo } from '../base/log';
import { serve } from './server';

const connection = createConnection(ProposedFeatures.all);
const log = logTo((level, message) => {
  if (level === 'error') connection.console.error(message);
  else if (level === 'warn') connection.console.warn(message);
  else connection.console.debug(message);
});
serve(connection, log);
connection.listen();
