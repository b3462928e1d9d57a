import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE } from '../../vscode/harness/paths';
import { npm, run } from '../../vscode/harness/shell';

const INSTALLED = join(CACHE, 'mapping');

/** A published program and how it is made to do its work. */
export interface MappedProgram {
  readonly name: string;
  readonly version: string;
  /** Arguments of node, from the package's folder, and what it needs besides. */
  readonly args: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly port: number;
  /** Nothing was made better by looking at it: its figures are told apart from the others'. */
  readonly heldOut?: boolean;
  readonly requests: readonly (readonly [method: string, path: string, body?: string])[];
}

const JSON_BODY = '{"title":"two"}';

export const MAPPED_PROGRAMS: readonly MappedProgram[] = [
  {
    name: 'json-server',
    version: '0.17.4',
    args: ['lib/cli/bin.js', 'mapping-db.json', '--port', '38101', '--quiet'],
    files: { 'mapping-db.json': '{"posts":[{"id":1,"title":"one"}],"profile":{"name":"me"}}' },
    port: 38101,
    requests: [
      ['GET', '/posts'],
      ['GET', '/posts/1'],
      ['POST', '/posts', JSON_BODY],
      ['PUT', '/posts/1', JSON_BODY],
      ['PATCH', '/posts/1', JSON_BODY],
      ['DELETE', '/posts/1'],
      ['GET', '/profile'],
      ['PUT', '/profile', JSON_BODY],
      ['GET', '/db'],
    ],
  },
  {
    name: 'peer',
    version: '1.0.2',
    args: ['dist/bin/peerjs.js', '--port', '38102', '--path', '/', '--allow_discovery'],
    port: 38102,
    requests: [
      ['GET', '/'],
      ['GET', '/peerjs/id'],
      ['GET', '/peerjs/peers'],
    ],
  },
  {
    name: 'node-red',
    version: '4.1.1',
    args: ['red.js', '--port', '38103', '--userDir', 'mapping-data'],
    port: 38103,
    requests: [
      ['GET', '/'],
      ['GET', '/settings'],
      ['GET', '/flows'],
      ['GET', '/nodes'],
      ['GET', '/locales/nodes'],
      ['GET', '/library/local/flows'],
    ],
  },
  {
    name: 'maildev',
    version: '2.1.0',
    args: ['bin/maildev', '--web', '38104', '--smtp', '38105', '--silent'],
    port: 38104,
    requests: [
      ['GET', '/email'],
      ['GET', '/email/none'],
      ['DELETE', '/email/none'],
      ['DELETE', '/email/all'],
      ['PATCH', '/email/read-all'],
      ['GET', '/config'],
      ['GET', '/healthz'],
      ['GET', '/reloadMailsFromDirectory'],
    ],
  },
  {
    name: 's3rver',
    version: '3.7.1',
    args: ['bin/s3rver.js', '-d', 'mapping-data', '-a', '127.0.0.1', '-p', '38108', '--no-vhost-buckets'],
    port: 38108,
    requests: [
      ['GET', '/'],
      ['PUT', '/two'],
      ['GET', '/two'],
      ['PUT', '/two/a.txt', 'hello'],
      ['GET', '/two/a.txt'],
      ['HEAD', '/two/a.txt'],
      ['OPTIONS', '/two/a.txt'],
      ['POST', '/two', '<Delete/>'],
      ['DELETE', '/two/a.txt'],
      ['DELETE', '/two'],
    ],
  },
  {
    name: 'mountebank',
    version: '2.9.1',
    args: ['bin/mb', 'start', '--port', '38109', '--nologfile', '--pidfile', 'mapping.pid'],
    port: 38109,
    heldOut: true,
    requests: [
      ['GET', '/imposters'],
      ['POST', '/imposters', '{"port":38110,"protocol":"http"}'],
      ['GET', '/imposters/38110'],
      ['POST', '/imposters/38110/stubs', '{"stub":{"responses":[{"is":{"body":"x"}}]}}'],
      ['DELETE', '/imposters/38110/savedRequests'],
      ['GET', '/logs'],
      ['GET', '/config'],
      ['GET', '/feed'],
      ['GET', '/releases'],
      ['GET', '/sitemap'],
      ['GET', '/support'],
      ['GET', '/nowhere'],
      ['PUT', '/imposters', '{"imposters":[]}'],
      ['DELETE', '/imposters'],
    ],
  },
  {
    name: 'redis-commander',
    version: '0.9.0',
    args: [
      'bin/redis-commander.js',
      '--port',
      '38106',
      '--address',
      '127.0.0.1',
      '--redis-host',
      '127.0.0.1',
      '--redis-port',
      '38107',
    ],
    port: 38106,
    heldOut: true,
    requests: [
      ['GET', '/'],
      ['GET', '/healthcheck'],
      ['GET', '/config'],
      ['GET', '/connections'],
      ['POST', '/logout/none', '{}'],
      ['GET', '/apiv2/connection'],
      ['GET', '/nowhere'],
    ],
  },
];

/** Unpacks the package as a folder of its own, with its dependencies below it; once for each version. Gives the folder. */
export async function installMapped({ name, version, files = {} }: MappedProgram): Promise<string> {
  const folder = join(INSTALLED, `${name}-${version}`);
  const stamp = join(folder, '.spanline-installed');
  if ((await readFile(stamp, 'utf8').catch(() => '')) !== version) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const packed = await npm(['pack', `${name}@${version}`, '--silent', '--pack-destination', INSTALLED], {
      cwd: INSTALLED,
    });
    const archive = join(INSTALLED, packed.trim().split('\n').at(-1)!);
    await run('tar', ['-xzf', archive, '-C', folder, '--strip-components=1']);
    // Peers that packages for development disagree about are none of ours: those are not installed.
    const quietly = ['--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps', '--loglevel=error'];
    await npm(['install', '--omit=dev', ...quietly], { cwd: folder });
    await writeFile(stamp, version);
  }
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  return folder;
}
