import * as assert from 'node:assert/strict';
import { createServer } from 'node:net';
import * as vscode from 'vscode';
import { eventually, spanline } from './support';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const TRACE = 'abcdef0123456789abcdef0123456789';
const REQUEST = {
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'elsewhere' } }] },
      scopeSpans: [
        {
          spans: [
            {
              traceId: TRACE,
              spanId: '0123456789abcdef',
              name: 'from outside',
              startTimeUnixNano: '1767225600000000000',
              endTimeUnixNano: '1767225600012000000',
            },
          ],
        },
      ],
    },
  ],
};

describe('the shared receiver', () => {
  const settings = () => vscode.workspace.getConfiguration('spanline');
  let port: number;

  before(async () => {
    port = await freePort();
    await settings().update('receiver.sharedPorts', [port], vscode.ConfigurationTarget.Workspace);
  });

  after(async () => {
    await settings().update('receiver.sharedPorts', undefined, vscode.ConfigurationTarget.Workspace);
  });

  it('moves to the ports of the settings at once', async () => {
    const api = await spanline();
    await eventually(`a shared port ${port}`, async () => {
      const shared = (await api.status()).endpoints.filter(({ use }) => use === 'shared');
      return shared.length > 0 && shared.every((endpoint) => endpoint.port === port) ? shared : undefined;
    });
  });

  it('copies its endpoint', async () => {
    await vscode.commands.executeCommand('spanline.copyEndpoint');
    assert.equal(await vscode.env.clipboard.readText(), `http://127.0.0.1:${port}`);
  });

  it('takes in what a program outside a debug session sends', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(REQUEST),
    });
    assert.equal(answer.status, 200);
    const api = await spanline();
    const trace = await eventually('the trace', async () =>
      (await api.traces({ limit: 10, text: 'from outside' })).find(({ traceId }) => traceId === TRACE),
    );
    assert.deepEqual([trace.rootService, trace.duration], ['elsewhere', 12_000_000]);
  });

  it('forgets everything on "Clear Traces"', async () => {
    const api = await spanline();
    await vscode.commands.executeCommand('spanline.clear');
    await eventually('an empty store', async () => {
      const [traces, { spans }] = await Promise.all([api.traces({ limit: 10 }), api.status()]);
      return (traces.length === 0 && spans === 0) || undefined;
    });
  });

  it('comes back after its engine was restarted, on the same port', async () => {
    const api = await spanline();
    await vscode.commands.executeCommand('spanline.restartEngine');
    await api.whenReady();
    await eventually('the port is open again', async () => {
      const { endpoints } = await api.status();
      return endpoints.some((endpoint) => endpoint.port === port) || undefined;
    });
  });
});
