import { describe, expect, test } from 'vitest';
import { redactorOf, redactText } from './redact';
import { PASSWORD, SHAPED_SECRETS } from './secrets';

const redactor = redactorOf({ personalData: 'mask' });
const redact = (text: string) => redactText(redactor, text);
const JWT = SHAPED_SECRETS['JSON Web Token'];
const GITHUB = SHAPED_SECRETS['GitHub token'];

describe('secrets are known by their shape', () => {
  test.each(Object.entries(SHAPED_SECRETS))('%s, alone and inside of a text', (_, secret) => {
    for (const [before, after] of [
      ['', ''],
      ['key is ', ' now'],
      ['key="', '"'],
      ['a,', ',b'],
      ['(', ')'],
      ['\\n', '\n'],
      ['%3A', '%26'],
      ['é', 'é'],
    ]) {
      const kept = redact(before + secret + after);
      expect(kept).not.toContain(secret.slice(8, 24));
      expect(kept.startsWith(before) && kept.includes('***')).toBe(true);
    }
  });

  test.each([
    [`Bearer ${'0a1b2c3d4e5f'}`, 'Bearer ***'],
    [`authorization=bearer ${JWT}`, 'authorization=bearer ***'],
    [`Basic ${Buffer.from('ann:pass').toString('base64')}`, 'Basic ***'],
    [`curl -H 'Authorization: Token ${'0a1b2c3d4e5f'}' x`, `curl -H 'Authorization: Token ***' x`],
    [
      `https://hooks.slack.com/services/T0000000${'0/B00000000/'}abcdefghijklmnopqrstuvwx`,
      'https://hooks.slack.com/services/***',
    ],
    [
      `https://api.telegram.org/bot12345678:${'AA'}abcdefghijklmnopqrstuvwxyz0123456/getMe`,
      'https://api.telegram.org/bot***/getMe',
    ],
    [`${GITHUB}${GITHUB}`, '***'],
    [`${GITHUB}, ${JWT}`, '***, ***'],
  ])('%s', (text, kept) => expect(redact(text)).toBe(kept));
});

describe('only the secret part of a text is masked', () => {
  test.each([
    ['postgres://shop:s3cr3t@db:5432/shop?sslmode=off', 'postgres://shop:***@db:5432/shop?sslmode=off'],
    ['redis://:s3cr3t@cache:6379/0', 'redis://:***@cache:6379/0'],
    ['amqp://guest:guest@rabbit', 'amqp://guest:***@rabbit'],
    ['mongodb+srv://ann:p%40ss@a.example.net,b.example.net/db', 'mongodb+srv://ann:***@a.example.net,b.example.net/db'],
    ['postgres://shop:p@ss@db/shop', 'postgres://shop:***@db/shop'],
    ['postgres://shop:pa/s#s?@db/shop', 'postgres://shop:***@db/shop'],
    ['https://x-access-token:abc123@github.com/a/b.git', 'https://x-access-token:***@github.com/a/b.git'],
    ['https://0123456789abcdef0123456789abcdef@sentry.example/1', 'https://***@sentry.example/1'],
    ['shop:s3cr3t@tcp(db:3306)/shop?parseTime=true', 'shop:***@tcp(db:3306)/shop?parseTime=true'],
    ['/callback?code=1&access_token=abc123&x=1#top', '/callback?code=1&access_token=***&x=1#top'],
    [
      'https://b.example/o?X-Amz-Date=1&X-Amz-Signature=0a1b2c3d&x=1',
      'https://b.example/o?X-Amz-Date=1&X-Amz-Signature=***&x=1',
    ],
    ['https://a.example/c?sv=2022&sig=ab%2Bcd%3D&se=1', 'https://a.example/c?sv=2022&sig=***&se=1'],
    ['next=%2Fhome%3Ftoken%3Dabc123def%26x%3D1', 'next=%2Fhome%3Ftoken%3D***'],
    ['Server=db;User Id=sa;Password=p,w!d;Encrypt=true', 'Server=db;User Id=sa;Password=***;Encrypt=true'],
    [
      'Endpoint=sb://x.example/;SharedAccessKeyName=root;SharedAccessKey=AbCdEf0123==',
      'Endpoint=sb://x.example/;SharedAccessKeyName=root;SharedAccessKey=***',
    ],
    [
      'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=AbC0123/+==;X=1',
      'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=***;X=1',
    ],
    ['{"user":"ann","password":"a\\"b","n":1}', '{"user":"ann","password":"***","n":1}'],
    ['{"user":"ann","apiKey" : "abc-def" }', '{"user":"ann","apiKey" : "***" }'],
    ['{"pin_code": 1234, "id": 1234}', '{"pin_code": "***", "id": 1234}'],
    ['{"refresh_tokens":["abcdefg", "hijklmn"],"a":["b"]}', '{"refresh_tokens":["***", "***"],"a":["b"]}'],
    ['"{\\"clientSecret\\":\\"abc def\\",\\"a\\":1}"', '"{\\"clientSecret\\":\\"***\\",\\"a\\":1}"'],
    ["{'password': 'x y z', 'a': 1}", "{'password': '***', 'a': 1}"],
    [`login failed, password: ${PASSWORD} rejected`, 'login failed, password: *** rejected'],
    ['Cookie: sid=abc; theme=dark\r\nHost: a.example', 'Cookie: ***\r\nHost: a.example'],
    ['node app --api-key abc-123 --port 80', 'node app --api-key *** --port 80'],
    ['mysql --password="a b" shop', 'mysql --password="***" shop'],
    ["CREATE USER ann IDENTIFIED BY 'hunter2'", "CREATE USER ann IDENTIFIED BY '***'"],
    ["UPDATE users SET password = 'hunter2' WHERE id = 1", "UPDATE users SET password = '***' WHERE id = 1"],
    ['DB_PASSWORD=hunter2 node app', 'DB_PASSWORD=*** node app'],
    [':password=>"hunter2"', ':password=>"***"'],
  ])('%s', (text, kept) => expect(redact(text)).toBe(kept));
});

describe('personal data are known by their shape', () => {
  test.each([
    ['mail to ann.smith+x@shop.example.com.', 'mail to ***.'],
    ['/users/ann%40example.com/orders', '/users/***/orders'],
    ['card 4111 1111 1111 1111, 12/30', 'card ***, 12/30'],
    ['5555555555554444', '***'],
    ['378282246310005', '***'],
    ['3782-822463-10005', '***'],
    ['to DE89 3704 0044 0532 0130 00 today', 'to *** today'],
    ['GB82WEST12345698765432', '***'],
    ['CPF 529.982.247-25', 'CPF ***'],
    ['NISS 85.07.30-033.28', 'NISS ***'],
    ['{"first_name":"Ann","age":4}', '{"first_name":"***","age":4}'],
  ])('%s', (text, kept) => expect(redact(text)).toBe(kept));
});

describe('ordinary texts are kept as they are', () => {
  test.each([
    'GET /api/v1/orders/:id?limit=10&page=2',
    'GET cart:48213',
    'https://shop.example:8443/a/b;c=1?q=token#top',
    'https://shop.example/users?next=/login',
    'https://example.com/path?at=@home',
    'git@github.com:spanline/spanline.git',
    'ssh://git@github.com/a/b',
    'file:///workspace/node_modules/@opentelemetry/api/build/index.js:12:3',
    '    at Object.<anonymous> (node:internal/modules/run_main:128:12)',
    'lodash@4.17.21, vue@3.0.0-beta.rc, icon@2x.png',
    'celery@worker-1.local',
    'SELECT t.id FROM users t JOIN s ON s.token = t.token WHERE t.password = $1 AND t.secret = ?',
    "SELECT 'a', \"b\" FROM t WHERE name LIKE 'x%' AND city = 'Ulm'",
    'Unexpected token: } in JSON at position 12',
    'invalid token: jwt expired',
    'Missing secret: SESSION_KEY',
    'bearer of good news',
    'Basic authentication is required',
    'Bearer token missing',
    'cancellation token: requested',
    '{"max_tokens":4096,"input_tokens":12,"tokenType":"Bearer","password":null}',
    '{"token_count":"12","next_page_token":"abcdefgh","has_password":true}',
    'password=*** token=[REDACTED] secret=${SECRET} apiKey=<your key> pwd=xxxx',
    'PWD=/home/ann OLDPWD=/tmp',
    '550e8400-e29b-41d4-a716-446655440000',
    '4bf92f3577b34da6a3ce929d0e0e4736',
    '1795209557766503437',
    '0.4111111111111111',
    '4111111111111112',
    '2026-11-21T02:13:40.123456789Z',
    '12 34 56 78 90 12 34 56 78 90',
    '192.168.1.12:8080',
    'DE89 3704 0044 0532 0130 01',
    'SELECTION OF GB AND DE12',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36',
    'task-force-of-disk-usage-and-risk-analysis-2024-report',
    'eyJhIjoxfQ==',
    'sk-learn pipeline',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----',
    'key-d41d8cd98f00b204e9800998ecf8427e',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop',
    '',
    ' ',
    '@ : = -- % %4 %40 %3 :// //@ ="',
  ])('%s', (text) => {
    expect(redact(text)).toBe(text);
    expect(redactor.lastMatch).toBeUndefined();
  });
});
