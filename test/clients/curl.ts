import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encodeJsonText } from '../../src/otlp/json/encodeJson';
import { TRACE_REQUEST } from '../../src/otlp/schema';
import { isInstalled, run } from '../vscode/harness/shell';
import type { Cell, Client } from './cell';
import { madeSpan } from './madeSpan';
import { missing } from './sent';

interface Way {
  readonly json?: boolean;
  readonly gzip?: boolean;
  readonly args?: readonly string[];
}

const WAYS: Readonly<Record<string, Way>> = {
  protobuf: {},
  JSON: { json: true },
  'protobuf gzip': { gzip: true },
  'JSON gzip': { json: true, gzip: true },
  'Expect: 100-continue': { args: ['--header', 'Expect: 100-continue', '--expect100-timeout', '20'] },
  'chunked, without a length': { json: true, args: ['--header', 'Transfer-Encoding: chunked'] },
  'HTTP/1.0': { args: ['--http1.0'] },
  'HTTP/2 with prior knowledge': { args: ['--http2-prior-knowledge'] },
  'HTTP/2 with prior knowledge, JSON gzip': { json: true, gzip: true, args: ['--http2-prior-knowledge'] },
  'HTTP/2 by upgrade': { args: ['--http2'] },
};

export const CURL: Client = {
  cells: Object.entries(WAYS).map(([name, way]) => cell(name, way)),
  prepare: async () => ((await isInstalled('curl')) ? undefined : 'there is no curl'),
};

function cell(name: string, { json = false, gzip = false, args = [] }: Way): Cell {
  return {
    name: `curl ${name}`,
    async check(engine, url) {
      const folder = await mkdtemp(join(tmpdir(), 'spanline-curl-'));
      try {
        const { sent, request } = madeSpan();
        const text = Buffer.from(JSON.stringify(request));
        const body = json ? text : protobufOf(text);
        const file = join(folder, 'request');
        await writeFile(file, gzip ? gzipSync(body) : body);
        const headers = [
          `Content-Type: application/${json ? 'json' : 'x-protobuf'}`,
          ...(gzip ? ['Content-Encoding: gzip'] : []),
        ];
        const status = await run('curl', [
          ...['--silent', '--show-error', '--max-time', '30', '--output', join(folder, 'answer')],
          ...['--write-out', '%{http_code} %{content_type}', '--data-binary', `@${file}`],
          ...headers.flatMap((header) => ['--header', header]),
          ...args,
          `${url}/v1/traces`,
        ]);
        const wanted = `200 application/${json ? 'json' : 'x-protobuf'}`;
        const faults = status === wanted ? [] : [`the answer is ${status}, not ${wanted}`];
        return [...faults, ...(await missing(engine, [sent], { nanos: 0 }))];
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

function protobufOf(json: Uint8Array): Uint8Array {
  const encoded = encodeJsonText(TRACE_REQUEST, json);
  if ('fault' in encoded) throw new Error(encoded.fault);
  return encoded.bytes;
}
