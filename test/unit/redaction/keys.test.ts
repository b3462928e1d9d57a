import { describe, expect, test } from 'vitest';
import { redactAttribute, redactorOf, type Value } from './redact';

const redactor = redactorOf({ personalData: 'mask', keys: ['acme.*.pin', 'X-Internal-*', '*'.repeat(30) + 'zz'] });
const VALUE = 'a-value of 12 words';

function keptValue(key: string, value: Value) {
  return redactAttribute(redactor, key, value).kept?.value;
}

describe('keys of secrets', () => {
  test.each(
    (
      'password Password PASSWORD user.password userPassword user_password db-password dbpassword passwd oldPwd passphrase password2 passwordConfirmation ' +
      'http.request.header.authorization http.request.header.proxy-authorization Authorization http.request.header.x-api-key http.response.header.set-cookie ' +
      'apikey api_key apiKey api.key APIKey my.service.APIKEY secret client_secret clientSecret client.secret.value secretKey aws.secretAccessKey aws_access_key_id ' +
      'privateKey private_key ssh.private.key.pem encryption_key signing-key sharedAccessKey accountKey credential credentials app.db.creds ' +
      'totp db.query.parameter.password rpc.request.metadata.authorization smtp.pass пароль 密码 contraseña motDePasse db.password.plain'
    )
      .split(' ')
      .filter((key) => !key.includes('cookie') && key !== 'totp'),
  )('%s', (key) => {
    expect(keptValue(key, VALUE)).toEqual({ kind: 'string', value: '***' });
    expect(redactor.lastMatch).toMatchObject({ kind: 'secret', key });
  });

  test.each([
    ['token', 'abcdef123'],
    ['accessToken', 'abcdef123'],
    ['access_token', 'abcdef123'],
    ['refreshtoken', 'abcdef123'],
    ['x-csrf-token', 'abcdef123'],
    ['auth.token.value', 'abcdef123'],
    ['idToken', 'abcdef123'],
    ['bearer', 'abcdef123'],
    ['jwt', 'abcdef123'],
    ['http.request.header.cookie', 'theme=dark; sid=1'],
    ['http.response.header.set-cookie', 'sid=1; Path=/'],
    ['sessionId', 'abcdef123456'],
    ['JSESSIONID', 'abcdef123456'],
    ['connect.sid', 'abcdef123456'],
    ['otp', '123456'],
    ['mfa_code', '123456'],
    ['cvv', '123'],
    ['acme.user.pin', 'x1'],
    ['ACME.shop.PIN', 'x1'],
    ['x-internal-trace', 'on it'],
  ])('%s = %s', (key, value) => expect(keptValue(key, value)).toEqual({ kind: 'string', value: '***' }));

  test.each([
    ['token_count', '12'],
    ['gen_ai.usage.input_tokens', '1200'],
    ['gen_ai.request.max_tokens', '4096'],
    ['max_tokens', 'many of them'],
    ['cancellation.token', 'CancellationToken-1'],
    ['next_page_token', 'CAoQAA-123456'],
    ['pageToken', 'CAoQAA-123456'],
    ['nextPageToken', 'CAoQAA-123456'],
    ['parser.token', 'identifier_1'],
    ['token.type', 'Bearer and so on'],
    ['token', 'if'],
    ['secret_santa', 'Ann Smith 12'],
    ['secret.name', 'shop-credentials'],
    ['aws.secretsmanager.secret.arn', 'arn:aws:secretsmanager:eu-west-1:1:secret:shop'],
    ['k8s.secret.count', 'twelve of 12'],
    ['password.length', 'twelve or 12'],
    ['password_policy', 'strong-2'],
    ['has_password', 'yes it has 1'],
    ['forgot_password', '/forgot?step=2'],
    ['db.password', ''],
    ['db.password', '***'],
    ['db.password', '[REDACTED]'],
    ['db.password', '${DB_PASSWORD}'],
    ['db.password', 'null'],
    ['private_key_path', '/etc/ssl/key-1.pem'],
    ['private_key', '/etc/ssl/key-1.pem'],
    ['public_key', 'ssh-ed25519 AAAAC3Nz'],
    ['messaging.kafka.message.key', 'order-1234-abcd'],
    ['cache.key', 'cart:1234-abcd'],
    ['db.primary_key', 'order-1234-abcd'],
    ['partitionKey', 'order-1234-abcd'],
    ['idempotency_key', 'order-1234-abcd'],
    ['monkey', 'abcd-1234'],
    ['session.id', '4f7d2a8c-1111-2222-3333-444455556666'],
    ['process.env.PWD', '/home/ann/shop'],
    ['author', 'abcd-1234'],
    ['authorized', 'abcd-1234'],
    ['authentication.method', 'abcd-1234'],
    ['cookie_consent', 'all=1'],
    ['token', true],
    ['password', false],
    ['api_key', 12],
    ['token', 99],
    ['secret', 4.5],
    ['server.address', '93.184.216.34'],
    ['client.address', '127.0.0.1'],
    ['client.address', '192.168.1.12'],
    ['client.address', 'fe80::1'],
    ['client.address', '/tmp/socket'],
    ['user.id', '550e8400-e29b-41d4-a716-446655440000'],
    ['user.id', 'user-1234'],
    ['app.user.id', '12345678'],
    ['user.name', 'root'],
    ['phone', 'unknown'],
    ['telephone.count', '12345678'],
    ['email.status', 'sent'],
    ['email', 'yes'],
    ['code.function.name', 'validatePassword'],
    ['http.route', '/reset-password/:token'],
    ['', 'abcd-1234'],
  ] as const)('not %s = %s', (key, value) => {
    const { changed, match } = redactAttribute(redactor, key, value);
    expect({ changed, match }).toEqual({ changed: false, match: undefined });
  });

  test('numbers are masked where a number is as telling as a text', () => {
    for (const [key, value] of [
      ['password', 123456],
      ['pin_code', 1234],
      ['card.number', 4111111111111111],
      ['phone', 491701234567],
      ['acme.shop.pin', 4],
    ] as const)
      expect(keptValue(key, value)).toEqual({ kind: 'string', value: '***' });
  });
});

describe('keys of personal data', () => {
  test.each([
    ['user.email', 'ann@localhost', 'e-mail address'],
    ['user.full_name', 'Ann Smith', 'person’s name'],
    ['customer.lastName', 'Smith', 'person’s name'],
    ['user.name', 'ann.smith', 'user name'],
    ['enduser.id', 'ann.smith', 'user id'],
    ['client.address', '93.184.216.34', 'IP address'],
    ['http.request.header.x-forwarded-for', '10.0.0.1, 2001:db8::1', 'IP address'],
    ['contact.phone', '+49 (170) 123-4567', 'phone number'],
    ['ssn', '078-05-1120', 'government id'],
    ['date_of_birth', '1990-01-31', 'birth date'],
    ['shipping_address', '1 Main Street', 'postal address'],
  ])('%s = %s', (key, value, pattern) => {
    expect(keptValue(key, value)).toEqual({ kind: 'string', value: '***' });
    expect(redactor.lastMatch).toEqual({ kind: 'personal', pattern, key });
  });

  test('are kept and noted by default', () => {
    const { kept, changed, match } = redactAttribute(redactorOf(), 'user.email', 'ann@example.com');
    expect(kept?.value).toEqual({ kind: 'string', value: 'ann@example.com' });
    expect(changed).toBe(false);
    expect(match).toEqual({ kind: 'personal', pattern: 'e-mail address', key: 'user.email' });
  });

  test('and do not hide a secret in the same value', () => {
    const { kept, match } = redactAttribute(redactorOf(), 'user.name', 'postgres://ann:s3cr3t@example.com/');
    expect(kept?.value).toEqual({ kind: 'string', value: 'postgres://ann:***@example.com/' });
    expect(match?.kind).toBe('secret');
  });
});

describe('values inside of values', () => {
  const text = (value: string) => ({ kind: 'string', value });

  test('a list below a secret’s key is masked entry by entry', () => {
    expect(keptValue('http.request.header.authorization', ['Bearer abc', 'xy'])).toEqual({
      kind: 'array',
      values: [text('***'), text('***')],
    });
  });

  test('the keys of a map count, those above them too, and the match names the way', () => {
    const value = { user: 'ann', login: { password: 'x1', tries: 3, ok: true }, list: [{ apiKey: 'abcdef' }, 'b'] };
    expect(keptValue('request', value)).toEqual({
      kind: 'kvlist',
      values: [
        { key: 'user', value: text('ann') },
        {
          key: 'login',
          value: {
            kind: 'kvlist',
            values: [
              { key: 'password', value: text('***') },
              { key: 'tries', value: { kind: 'int', value: '3' } },
              { key: 'ok', value: { kind: 'bool', value: true } },
            ],
          },
        },
        {
          key: 'list',
          value: {
            kind: 'array',
            values: [{ kind: 'kvlist', values: [{ key: 'apiKey', value: text('***') }] }, text('b')],
          },
        },
      ],
    });
    expect(redactor.lastMatch).toEqual({ kind: 'secret', pattern: 'password', key: 'request.login.password' });
    expect(keptValue('credentials', { user: 'ann', n: 1 })).toMatchObject({
      values: [{ value: text('***') }, { value: { kind: 'int' } }],
    });
  });

  test('bytes are looked into as text', () => {
    expect(keptValue('payload', new Uint8Array(Buffer.from('{"password":"x1"}')))).toEqual({
      kind: 'bytes',
      value: Buffer.from('{"password":"***"}').toString('base64'),
    });
  });

  test('an argument of a command says what the next one is', () => {
    expect(keptValue('process.command_args', ['app', '--password', 'x1', '--port', '80', '-token', 'abcdef'])).toEqual({
      kind: 'array',
      values: ['app', '--password', '***', '--port', '80', '-token', '***'].map(text),
    });
  });

  test('what is nested beyond reading is masked as a whole', () => {
    let value: Value = 'x';
    for (let i = 0; i < 300; i++) value = [value];
    const { changed } = redactAttribute(redactor, 'deep', value);
    expect(changed).toBe(true);
  });
});
