import { createApp } from './app.ts';

const port = Number(process.env.GATEWAY_PORT ?? 47100);

try {
  await createApp().listen({ host: '127.0.0.1', port });
  console.log(`gateway: listening on ${port}`);
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  const taken = `port ${port} is taken. Set GATEWAY_PORT in ports.env to a free one.`;
  console.error(`gateway: ${code === 'EADDRINUSE' ? taken : message}`);
  process.exit(1);
}
