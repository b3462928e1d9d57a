// The debuggers that are on this machine, by the ways in which their own extensions start them: what those make of a configuration's
// variables and options is what counts here. Java's, PHP's and .NET's, which cannot be had without a registry, are stood in for.
const { spawn } = require('node:child_process');
const { join } = require('node:path');
const vscode = require('vscode');
const { registerShelf } = require('./shelf.cjs');

exports.activate = ({ subscriptions, extensionPath }) => {
  subscriptions.push(registerShelf());
  const plain = () => new vscode.DebugAdapterExecutable(process.execPath, [join(extensionPath, 'plainAdapter.cjs')]);
  const factories = {
    debugpy: ({ python = 'python3', connect }) =>
      connect
        ? new vscode.DebugAdapterServer(connect.port, connect.host)
        : new vscode.DebugAdapterExecutable([python].flat()[0], ['-m', 'debugpy.adapter']),
    go: (config) => listening(config, ['dlv', 'dap', '--listen=127.0.0.1:0']),
    'lldb-dap': ({ adapter = 'lldb-vscode' }) => new vscode.DebugAdapterExecutable(adapter, []),
    rdbg: (config) => listening(config, [config.rdbg ?? 'rdbg', '--open', '--port=0', '--', config.script]),
    java: () => plain(),
    php: () => plain(),
    coreclr: () => plain(),
  };
  for (const [type, make] of Object.entries(factories))
    subscriptions.push(
      vscode.debug.registerDebugAdapterDescriptorFactory(type, {
        createDebugAdapterDescriptor: ({ configuration }) => make(configuration),
      }),
    );
  // A process that the program started waits for somebody who debugs it.
  subscriptions.push(
    vscode.debug.onDidReceiveDebugSessionCustomEvent(({ event, body, session }) => {
      if (event === 'debugpyAttach')
        void vscode.debug.startDebugging(session.workspaceFolder, body, { parentSession: session });
    }),
  );
};

/** An adapter that speaks over a port and says so, started with the configuration's variables. */
function listening({ env = {}, cwd }, [command, ...args]) {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env } });
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (text) => {
      said += text;
      const [, port] = /(?:listening at|can attach via).*127\.0\.0\.1:(\d+)/.exec(said) ?? [];
      if (port) resolve(new vscode.DebugAdapterServer(Number(port), '127.0.0.1'));
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`${command} ended with ${code}: ${said}`)));
  });
}
