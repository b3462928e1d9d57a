import * as http from 'node:http';
import * as net from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CommandRunner } from '../../../src/engine/ports/commands';
import { freePort } from '../../../src/engine/ports/freePort';
import { kindByAnswers, probeByFetch, type Prober } from '../../../src/engine/ports/ownerKinds';
import { ownerProcess } from '../../../src/engine/ports/ownerProcess';
import { portOwner } from '../../../src/engine/ports/portOwner';
import { reservedRange } from '../../../src/engine/ports/reservedPorts';

/** What the systems' own programs print. */
const LSOF = 'p812\ncotelcol-contrib\nf7\nf8\n';
const LSOF_BLANKS = 'p512\nccom.docker.backend\\x20Helper\nf112\n';
const NETSTAT = `
Aktive Verbindungen

  Proto  Lokale Adresse         Remoteadresse          Status           PID
  TCP    0.0.0.0:135            0.0.0.0:0              ABHÖREN         1044
  TCP    127.0.0.1:4318         127.0.0.1:50412        HERGESTELLT     9000
  TCP    127.0.0.1:4318         0.0.0.0:0              ABHÖREN         8124
  TCP    127.0.0.1:14318        0.0.0.0:0              ABHÖREN         77
  TCP    [::]:445               [::]:0                 ABHÖREN         4
  TCP    [::1]:4317             [::]:0                 ABHÖREN         3344
  UDP    0.0.0.0:4319           *:*                                    5020
`.replaceAll('\n', '\r\n');
const TASKLIST = '\r\n"otelcol-contrib.exe","8124","Console","1","112.340 K"\r\n';
const NO_TASK = 'INFORMATION: Es werden keine Aufgaben mit den angegebenen Kriterien ausgeführt.\r\n';
const NETSH = `
Protocol tcp Port Exclusion Ranges

Start Port    End Port
----------    --------
      1080        1179
      4310        4409
     50000       50059     *

* - Administered port exclusions.

`.replaceAll('\n', '\r\n');

const printing =
  (outputs: Record<string, string>): CommandRunner =>
  (program) =>
    program in outputs ? Promise.resolve(outputs[program]) : Promise.reject(new Error(`no ${program}`));

const nobody: Prober = async () => undefined;
const COLLECTOR_405 = { status: 405, body: '405 method not allowed, supported: [POST]' };

async function listener(handler?: http.RequestListener): Promise<number> {
  const server = http.createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as net.AddressInfo).port;
}

describe('the process that holds a port', () => {
  it('is found by lsof on macOS', async () => {
    expect(await ownerProcess(4318, 'darwin', printing({ lsof: LSOF }))).toEqual({ name: 'otelcol-contrib', pid: 812 });
    expect((await ownerProcess(4318, 'darwin', printing({ lsof: LSOF_BLANKS })))?.name).toBe(
      'com.docker.backend Helper',
    );
  });

  it('is found by netstat and tasklist on Windows, in any language', async () => {
    const run = printing({ netstat: NETSTAT, tasklist: TASKLIST });
    expect(await ownerProcess(4318, 'win32', run)).toEqual({ name: 'otelcol-contrib', pid: 8124 });
    expect(await ownerProcess(4319, 'win32', run)).toBeUndefined();
    expect(await ownerProcess(4317, 'win32', printing({ netstat: NETSTAT, tasklist: NO_TASK }))).toBeUndefined();
  });

  it.skipIf(process.platform !== 'linux')('is found in /proc on Linux', async () => {
    expect(await ownerProcess(await listener())).toMatchObject({ pid: process.pid });
  });

  it.each(['darwin', 'win32'] as const)('is not known where the program is missing (%s)', async (platform) => {
    expect(await ownerProcess(4318, platform, printing({}))).toBeUndefined();
  });
});

describe('whoever holds a port', () => {
  it.each<[process: string, kind: string, name: string]>([
    ['otelcol-contrib', 'collector', 'OpenTelemetry Collector (otelcol-contrib, pid 1)'],
    ['alloy', 'collector', 'Grafana Alloy (alloy, pid 1)'],
    ['jaeger-all-in-one', 'backend', 'Jaeger (jaeger-all-in-one, pid 1)'],
    ['tempo', 'backend', 'Grafana Tempo (tempo, pid 1)'],
    ['docker-proxy', 'tunnel', 'a container (docker-proxy, pid 1)'],
    ['wslrelay', 'tunnel', 'a program in WSL (wslrelay, pid 1)'],
    ['node', 'other', 'node (pid 1)'],
  ])('%s is recognised by its name', async (name, kind, shown) => {
    const lookup = { process: async () => ({ name, pid: 1 }), probe: nobody };
    expect(await portOwner(4318, '127.0.0.1', lookup)).toEqual({ kind, name: shown });
  });

  it('is another program where nothing can be told', async () => {
    const lookup = { process: async () => undefined, probe: nobody };
    expect(await portOwner(4318, '127.0.0.1', lookup)).toEqual({ kind: 'other', name: 'another program' });
  });

  it('is recognised behind a tunnel by its answers', async () => {
    const probe: Prober = async (url) =>
      url.includes(':4318/')
        ? COLLECTOR_405
        : url.includes(':16686')
          ? { status: 200, body: '<title>Jaeger UI</title>' }
          : undefined;
    const lookup = { process: async () => ({ name: 'docker-proxy', pid: 9 }), probe };
    expect(await portOwner(4318, '127.0.0.1', lookup)).toEqual({
      kind: 'backend',
      name: 'Jaeger in a container (docker-proxy, pid 9)',
    });
  });

  it('is a Collector by the words of its receiver', async () => {
    const port = await listener((_, response) => response.writeHead(405).end(COLLECTOR_405.body));
    expect(
      await kindByAnswers('127.0.0.1', port, (url) => (url.includes(`:${port}/`) ? probeByFetch(url) : nobody(url))),
    ).toEqual({
      kind: 'collector',
      label: 'OpenTelemetry Collector',
    });
  });

  it('is nobody that we know where another web server answers, whoever runs beside it', async () => {
    const probe: Prober = async (url) => ({ status: 404, body: url.includes('4318') ? 'not found' : 'Jaeger' });
    expect(await kindByAnswers('127.0.0.1', 4318, probe)).toBeUndefined();
  });

  it('that hangs is not waited for', async () => {
    const port = await listener(() => {});
    expect(await probeByFetch(`http://127.0.0.1:${port}/`)).toBeUndefined();
  });
});

describe('ports', () => {
  it('that Windows keeps for itself are found in its list', async () => {
    const run = printing({ netsh: NETSH });
    expect(await reservedRange(4318, 'win32', run)).toEqual([4310, 4409]);
    expect(await reservedRange(50059, 'win32', run)).toEqual([50000, 50059]);
    expect(await reservedRange(4410, 'win32', run)).toBeUndefined();
    expect(await reservedRange(4318, 'win32', printing({}))).toBeUndefined();
    expect(await reservedRange(4318, 'linux', run)).toBeUndefined();
  });

  it('that are free look like the one that is not', async () => {
    const taken = net.createServer();
    onTestFinished(() => void taken.close());
    const port = await new Promise<number>((resolve) =>
      taken.listen({ host: '::1', port: 0, ipv6Only: true }, () => resolve((taken.address() as net.AddressInfo).port)),
    );
    const free = await freePort(port);
    expect(free).not.toBe(port);
    const wanted = await freePort(4318);
    expect(wanted % 10_000 === 4318 || wanted > 32_767).toBe(true);
    expect(await freePort(80)).toBeGreaterThan(1023);
  });
});
