// A debug adapter that starts a program and tells of its output and its end; it knows no breakpoints. It makes of a configuration what
// the debuggers of Java, PHP and .NET make of theirs.
const { spawn } = require('node:child_process');

let seq = 0;
let received = Buffer.alloc(0);
let child;

process.stdin.on('data', (chunk) => {
  received = Buffer.concat([received, chunk]);
  for (;;) {
    const [head, length] = /^Content-Length: (\d+)\r\n\r\n/.exec(received.toString('latin1', 0, 64)) ?? [];
    if (!head || received.length < head.length + Number(length)) return;
    const end = head.length + Number(length);
    const message = JSON.parse(received.toString('utf8', head.length, end));
    received = received.subarray(end);
    if (message.type === 'request') answer(message);
  }
});

function answer(request) {
  const respond = (body) =>
    send({ type: 'response', request_seq: request.seq, command: request.command, success: true, body });
  if (request.command === 'initialize') {
    respond({ supportsConfigurationDoneRequest: true, supportsTerminateRequest: false });
    return event('initialized');
  }
  if (request.command === 'launch') start(request.arguments);
  if (request.command === 'disconnect') child?.kill('SIGKILL');
  respond(request.command === 'threads' ? { threads: [] } : {});
  if (request.command === 'disconnect') process.exit();
}

function start(config) {
  const [command, ...args] = commandLine(config);
  child = spawn(command, args, { cwd: config.cwd, env: { ...process.env, ...config.env } });
  const tell = (category) => (text) => event('output', { category, output: String(text) });
  child.stdout.on('data', tell('stdout'));
  child.stderr.on('data', tell('stderr'));
  child.on('error', (error) => tell('stderr')(`${error.message}\n`));
  child.on('spawn', () => event('process', { name: command, systemProcessId: child.pid }));
  child.on('close', (exitCode) => {
    event('exited', { exitCode: exitCode ?? 1 });
    event('terminated');
  });
}

function commandLine(config) {
  const { type, args = [] } = config;
  if (type === 'php') return ['php', ...(config.runtimeArgs ?? []), config.program, ...args];
  if (type === 'coreclr') return [config.program, ...args];
  const vmArgs = Array.isArray(config.vmArgs) ? config.vmArgs : words(config.vmArgs ?? '');
  return ['java', ...vmArgs, '-cp', config.classPaths.join(':'), config.mainClass, ...args];
}

/** As a shell would: quotes keep spaces. */
function words(text) {
  return (text.match(/(?:[^\s"]|"[^"]*")+/g) ?? []).map((word) => word.replaceAll('"', ''));
}

function event(name, body) {
  send({ type: 'event', event: name, body });
}

function send(message) {
  const text = JSON.stringify({ seq: ++seq, ...message });
  process.stdout.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
}
