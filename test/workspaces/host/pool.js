// Tasks for a worker that stands still until there is one, as the workers of pools do: its event loop never gets to run.
const { trace } = require('@opentelemetry/api');
const { MessageChannel, Worker, isMainThread, receiveMessageOnPort, workerData } = require('node:worker_threads');

const TASKS = 3;
const tracer = trace.getTracer('pool');

if (isMainThread) {
  const bell = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  new Worker(__filename, { workerData: { bell, port: port2 }, transferList: [port2] });
  for (let task = 1; task <= TASKS; task++) port1.postMessage(task);
  Atomics.add(bell, 0, TASKS);
  Atomics.notify(bell, 0);
  setInterval(() => {}, 60_000);
} else {
  work();
}

async function task(number) {
  return tracer.startActiveSpan('task', async (span) => {
    span.setAttribute('task.number', number);
    span.end();
  });
}

async function work() {
  const { bell, port } = workerData;
  for (let done = 0; ; done++) {
    Atomics.wait(bell, 0, done);
    await task(receiveMessageOnPort(port).message);
  }
}
