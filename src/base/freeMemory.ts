interface Transferable {
  /** From Node 22 on; the type package for Node 20 does not know it. */
  transfer?(length: number): unknown;
}

/**
 * Gives the memory of a buffer back that nobody will read again; it is empty afterwards. Left to the collector, large buffers pile up
 * until it collects everything, many times a second where they come fast, and each new one is memory that the processor has not in
 * its cache. Throws where the buffer is not for transfer, as those of Node's pool are.
 */
export function freeMemory(buffer: ArrayBuffer & Transferable): void {
  if (buffer.transfer) buffer.transfer(0);
  else structuredClone(null, { transfer: [buffer] });
}
