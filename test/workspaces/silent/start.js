// Starts a program as tools do that care little for what they were given. The debugger's own variables are kept.
const { spawn } = require('node:child_process');

const [, , how, ...program] = process.argv;
const { NODE_OPTIONS, PATH, VSCODE_INSPECTOR_OPTIONS } = process.env;
const debuggerAlone = NODE_OPTIONS.split(/ (?=--)/)
  .filter((option) => !option.includes('preload.cjs'))
  .join(' ');
const env = {
  optionsReplaced: { ...process.env, NODE_OPTIONS: debuggerAlone },
  optionsGiven: process.env,
  environmentReplaced: { NODE_OPTIONS: debuggerAlone, PATH, VSCODE_INSPECTOR_OPTIONS },
}[how];

spawn(process.execPath, program, { env, stdio: 'inherit' });
