import { describe, expect, test } from 'vitest';
import { framesOf } from '../../../src/preload/capture/callStack';
import { Consumers } from '../../../src/preload/capture/consumers';
import { inPackage } from './packageFiles';

const PACKAGES = '/app/node_modules/';

/** The function that set up the handler whose message is being taken. */
const setUpBy = (consumers: Consumers) => framesOf(consumers.current() ?? {})[0]?.getFunctionName();

describe('a consumer’s handler', () => {
  test('is known by the call of amqplib that it was handed to', async () => {
    const consumers = new Consumers();
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
    const consumers = new Consumers();
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
    const consumers = new Consumers();
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

  test('is not looked for in other packages', () => {
    class Channel {
      consume(): void {}
    }
    const { consume } = Channel.prototype;
    new Consumers().watch(inPackage(`${PACKAGES}other/lib/channel_model.js`), { Channel });
    new Consumers().watch(inPackage(`${PACKAGES}amqplib/lib/connect.js`), { Channel });
    expect(Channel.prototype.consume).toBe(consume);
  });
});
