import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeSync, fsyncSync, ftruncateSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { CallSites } from '../../../src/preload/capture/callSites';
import { Outlet } from '../../../src/preload/capture/outlet';
import { RecordedSpan } from '../../../src/preload/capture/recordedSpan';
import { RouteSites } from '../../../src/preload/capture/routes/routeSites';
import type { Host } from '../../../src/preload/host';
import type { PreloadBatch } from '../../../src/protocol/preload';
import { endedSpan } from './spans';

/** An engine that answers with a status; it tells the names of the spans that it got. */
class TestEngine {
  readonly names: string[] = [];
  status = 200;
  private readonly arrivals: (() => void)[] = [];
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        this.names.push(...(JSON.parse(body) as PreloadBatch[]).flatMap(namesIn));
        response.statusCode = this.status;
        response.end('{}');
        this.arrivals.splice(0).forEach((arrived) => arrived());
      });
    });
  }

  static async start(): Promise<TestEngine> {
    const engine = new TestEngine();
    await new Promise<void>((resolve) => engine.server.listen(0, '127.0.0.1', resolve));
    return engine;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  arrival(): Promise<void> {
    return new Promise((resolve) => this.arrivals.push(resolve));
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

function namesIn({ resourceSpans }: PreloadBatch): string[] {
  const groups = resourceSpans as { scopeSpans: { spans: { name: string }[] }[] }[];
  return groups.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)));
}

function outletTo(endpoint: string): Outlet {
  const host: Host = {
    settings: { endpoint, run: 'one', spool: undefined, eager: false },
    thread: 0,
    home: '/nowhere/',
    timers: { setTimeout, clearTimeout, setImmediate, queueMicrotask },
    files: { openSync, writeSync, fsyncSync, ftruncateSync, closeSync, renameSync, writeFileSync },
    now: () => performance.now(),
    outsideContext: (run) => run(),
    debug: () => {},
    inlineMaps: new Map(),
    compiled: { before() {}, after() {} },
    esModules: { follow() {} },
    onGlobal: [],
  };
  const callSites = new CallSites('/nowhere/', host.now, () => false);
  return new Outlet({ host, origin: { pid: 7, thread: 0 }, callSites, routes: new RouteSites(callSites) });
}

function end(outlet: Outlet, name: string): void {
  const span = endedSpan({ name });
  outlet.spanStarted(new RecordedSpan(span));
  outlet.spanEnded(span);
}

describe('the way of spans out of the program', () => {
  const engines: TestEngine[] = [];
  const engine = async (): Promise<TestEngine> => {
    const started = await TestEngine.start();
    engines.push(started);
    return started;
  };
  afterEach(() => engines.splice(0).forEach((each) => each.stop()));

  test('leads to whoever attached last; what ended before goes where it was to go', async () => {
    const [first, second] = [await engine(), await engine()];
    const outlet = outletTo(first.url);
    end(outlet, 'before');
    outlet.connect({ endpoint: second.url, run: 'two', spool: '' });
    end(outlet, 'after');
    await Promise.all([first.arrival(), second.arrival()]);
    expect([first.names, second.names]).toEqual([['before'], ['after']]);
  });

  test('is closed when the run is over, and open again for the next who attaches', async () => {
    const [first, second] = [await engine(), await engine()];
    first.status = 409;
    const outlet = outletTo(first.url);
    end(outlet, 'last');
    await first.arrival();
    while (outlet.active) await new Promise((resolve) => setTimeout(resolve, 5));
    end(outlet, 'unseen');
    outlet.connect({ endpoint: second.url, run: 'two', spool: '' });
    end(outlet, 'seen');
    await second.arrival();
    expect([first.names, second.names, outlet.active]).toEqual([['last'], ['seen'], true]);
  });

  test('attaching the same run twice changes nothing', async () => {
    const one = await engine();
    const outlet = outletTo(one.url);
    const started = endedSpan({ name: 'across' });
    outlet.spanStarted(new RecordedSpan(started));
    outlet.connect({ endpoint: one.url, run: 'one', spool: '' });
    expect(outlet.snapshot()).toContain('"across"');
  });
});
