import type { WebSocket } from 'ws';

const BEAT_MS = 10_000;

/** Ends a connection whose other end has not answered a ping for one to two beats; half-open ones stay otherwise for hours. */
export function keepAlive(socket: WebSocket, beatMs = BEAT_MS): void {
  let heard = true;
  const hear = () => (heard = true);
  socket.on('pong', hear);
  socket.on('message', hear);
  const timer = setInterval(() => {
    if (!heard) return socket.terminate();
    heard = false;
    socket.ping();
  }, beatMs).unref();
  socket.on('close', () => clearInterval(timer));
}
