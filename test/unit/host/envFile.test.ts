import { describe, expect, it } from 'vitest';
import { parseEnvFile } from '../../../src/host/debug/envFile';

describe('an environment file', () => {
  it.each([
    ['a plain assignment', 'A=1', { A: '1' }],
    ['spaces around the sign', '  A = one two  ', { A: 'one two' }],
    ['the word export', 'export A=1', { A: '1' }],
    ['a colon with a space', 'A: 1', { A: '1' }],
    ['keys with dots and dashes', 'a.b-c=1', { 'a.b-c': '1' }],
    ['an empty value', 'A=\nB=2', { A: '', B: '2' }],
    ['comments', '# A=1\nB=2 # not this\n#C=3', { B: '2' }],
    ['a hash inside quotes', 'A="1#2"', { A: '1#2' }],
    ['single quotes, which expand nothing', "A='x\\ny'", { A: 'x\\ny' }],
    ['double quotes, which expand line breaks', 'A="x\\ny"', { A: 'x\ny' }],
    ['back-ticks around both other quotes', 'A=`"x" \'y\'`', { A: '"x" \'y\'' }],
    ['a value over several lines', 'A="x\ny"\nB=1', { A: 'x\ny', B: '1' }],
    ['a quote that never ends', 'A="x\nB=1', { A: '"x', B: '1' }],
    ['Windows line ends and a byte order mark', '\uFEFFA=1\r\nB=2\r\n', { A: '1', B: '2' }],
    ['the last of two assignments', 'A=1\nA=2', { A: '2' }],
    ['lines that are no assignment', 'hello\n=x\nA=1', { A: '1' }],
    ['equals signs in the value', 'A=--require=./x.cjs', { A: '--require=./x.cjs' }],
    ['a comment behind a quoted value', 'A="1" # one', { A: '1' }],
    ['nothing at all', '', {}],
  ])('can hold %s', (_, text, expected) => {
    expect(parseEnvFile(text)).toEqual(expected);
  });

  it('gives NODE_OPTIONS with quoted paths whole', () => {
    expect(parseEnvFile(`NODE_OPTIONS='--require "./a b.cjs" --inspect'`)).toEqual({
      NODE_OPTIONS: '--require "./a b.cjs" --inspect',
    });
  });

  it('takes time in proportion to its length, whatever it holds', () => {
    const started = performance.now();
    parseEnvFile(`A="${'\\"'.repeat(50_000)}\n`.repeat(3));
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
