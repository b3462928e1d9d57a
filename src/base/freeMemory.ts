interface Transferable {
  /** From Node 22 on; the type package for Node 20 does not know it. */
  transfer?(length: number): unknown;
}

let nowhere: ReturnType<typeof closedPort> | undefined;

/**
 * Gives the memory of a buffer back that nobody will read again; it is empty afterwards. Left to the collector, large buffers pile up
 * until it collects everything, many times a second where they come fast, and each new one is memory that the processor has not in
 * its cache. Not for buffers of which somebody else has a part, as those of Node's pool are.
 */
export function freeMemory(buffer: ArrayBuffer & Transferable): void {
  if (buffer.transfer) return void buffer.transfer(0);
  // What is posted to a port that is closed is taken from the sender and dropped. A structured clone would not do: what it takes is the
  // memory of another buffer then, which the collector finds as late.
  nowhere ??= closedPort();
  nowhere.postMessage(null, [buffer]);
}

function closedPort() {
  const { port1 } = new MessageChannel();
  port1.close();
  return port1;
}
