import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CallSites } from '../../../src/preload/capture/callSites';
import { framesOf } from '../../../src/preload/capture/callStack';
import { Consumers } from '../../../src/preload/capture/consumers';
import { inPackage } from './packageFiles';

const PACKAGES = '/app/node_modules/';
const callSites = new CallSites(
  '/home-of-ours/',
  () => 0,
  () => false,
);

/** The function that set up the handler whose message is being taken. */
const setUpBy = (consumers: Consumers) => framesOf(consumers.current() ?? {})[0]?.getFunctionName();

describe('a consumer’s handler', () => {
  test('is known by the call of amqplib that it was handed to', async () => {
    const consumers = new Consumers(callSites);
    class Channel {
      handler: ((message: string) => unknown) | undefined;
      consume(_queue: string, handler: (message: string) => unknown): string {
        this.handler = handler;
        return 'tag';
      }
    }
    consumers.watch(inPackage(`${PACKAGES}amqplib/lib/channel_model.js`), { Channel });
    const channel = new Channel();
    const seen: unknown[] = [];
    const tag = (function orders() {
      return channel.consume('orders', (message) => seen.push(message, setUpBy(consumers)));
    })();
    await channel.handler?.('first');
    expect([tag, ...seen]).toEqual(['tag', 'first', 'orders']);
    expect(consumers.current()).toBeUndefined();
  });

  test('is known by the worker of BullMQ that was made for it, also after it has waited', async () => {
    const consumers = new Consumers(callSites);
    class Worker {
      constructor(private readonly handler: () => Promise<unknown>) {
        this.run();
      }
      run(): void {}
      processJob(): Promise<unknown> {
        return this.handler();
      }
    }
    consumers.watch(inPackage(`${PACKAGES}bullmq/dist/esm/classes/worker.js`), { Worker });
    const worker = (function paint() {
      return new Worker(async () => {
        await Promise.resolve();
        return framesOf(consumers.current() ?? {}).map((frame) => frame.getFunctionName())[1];
      });
    })();
    expect(await worker.processJob()).toBe('paint');
  });

  test('is known by the call of kafkajs that runs it, whose configuration stays as it is', async () => {
    const consumers = new Consumers(callSites);
    interface Configuration {
      readonly partitions: number;
      readonly eachMessage: () => unknown;
    }
    class Kafka {
      consumer() {
        return { run: ({ partitions, eachMessage }: Configuration) => [partitions, eachMessage()] };
      }
    }
    consumers.watch(inPackage(`${PACKAGES}kafkajs/src/index.js`), Kafka);
    const given = { partitions: 3, eachMessage: () => setUpBy(consumers) };
    const { eachMessage } = given;
    const result = (function payments() {
      return new Kafka().consumer().run(given);
    })();
    expect(result).toEqual([3, 'payments']);
    expect(given.eachMessage).toBe(eachMessage);
  });

  test('is the method of Nest’s processor, found in the file of its decorator', () => {
    const consumers = new Consumers(callSites);
    class Worker {
      run(): void {}
      processJob(): unknown {
        return consumers.current()?.place?.();
      }
    }
    const decorators = { Processor: (_queue: string) => (_target: unknown) => {} };
    class BullExplorer {
      handleProcessor(_instance: object): Worker {
        const worker = new Worker();
        worker.run();
        return worker;
      }
    }
    const folder = `${PACKAGES}@nestjs/bullmq/dist/`;
    consumers.watch(inPackage(`${PACKAGES}bullmq/dist/cjs/classes/worker.js`), { Worker });
    consumers.watch(inPackage(`${folder}decorators/processor.decorator.js`), decorators);
    consumers.watch(inPackage(`${folder}bull.explorer.js`), { BullExplorer });
    const generated = mkdtempSync(join(tmpdir(), 'spanline-processor-'));
    onTestFinished(() => rmSync(generated, { recursive: true, force: true }));
    const file = join(generated, 'painter.cjs');
    writeFileSync(
      file,
      'module.exports = (Processor) => {\n  class Painter {\n    process(job) { return job; }\n  }\n' +
        "  Processor('paint')(Painter);\n  return Painter;\n};\n",
    );
    const Painter = (createRequire(file)(file) as (decorator: unknown) => new () => object)(decorators.Processor);
    const worker = new BullExplorer().handleProcessor(new Painter());
    expect(worker.processJob()).toEqual([file, 3, 5, 'Painter.process']);
    // Who makes a worker by himself is known by that.
    const own = new Worker();
    own.run();
    expect(own.processJob()).toBeUndefined();
  });

  test('is not looked for in other packages', () => {
    class Channel {
      consume(): void {}
    }
    const { consume } = Channel.prototype;
    new Consumers(callSites).watch(inPackage(`${PACKAGES}other/lib/channel_model.js`), { Channel });
    new Consumers(callSites).watch(inPackage(`${PACKAGES}amqplib/lib/connect.js`), { Channel });
    expect(Channel.prototype.consume).toBe(consume);
  });
});
