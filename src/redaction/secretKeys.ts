import { endsWithWords } from './keyWords';
import { type Rule, secret } from './rules';

/** What a key says about its value. */
export interface KeyVerdict extends Rule {
  /** A number under this key is as telling as a text. */
  readonly numeric: boolean;
  /** Whether this text is what the key announces. Placeholders and marks never get here. */
  accepts(value: string): boolean;
  /** Classes of bytes that no such value has, as in bytes.ts: most values that are none are known by them at once. */
  readonly never?: number;
  /** Stands for a whole line where it is a header in a text: `Cookie: a=b; c=d`. */
  readonly wholeLine?: boolean;
}

interface SecretClass {
  readonly verdict: KeyVerdict;
  /** A key is of this class when its words end with one of these. */
  readonly endings: readonly (readonly string[])[];
}

const anything = () => true;
const noSpace = (value: string) => !/\s/.test(value);
const isPath = (value: string) => /^(\.{0,2}[\\/]|~|[a-zA-Z]:[\\/]|file:)/.test(value);

const TOKEN = verdictOf('token', {
  accepts: (value) => value.length >= 6 && noSpace(value) && !/^\d{1,5}$/.test(value),
});

/** Longer endings stand before the shorter ones that they end with. */
const CLASSES: readonly SecretClass[] = [
  secretClass(
    verdictOf('password', { numeric: true, accepts: (value) => !isPath(value) }),
    'password, passwords, passwd, passphrase, passcode, pwd, pass word, passwort, kennwort, contraseña, contrasena, senha, motdepasse, mot de passe, wachtwoord, 密码, 密碼, パスワード, пароль, ' +
      'db pass, user pass, smtp pass, redis pass, mysql pass, pg pass, postgres pass, admin pass, root pass, login pass, ftp pass, mail pass, proxy pass, password hash, hashed password, seed phrase, recovery phrase, mnemonic phrase',
  ),
  secretClass(
    verdictOf('secret key', { accepts: (value) => value.length >= 6 && !isPath(value) }),
    'api key, apikey, access key, private key, secret key, signing key, signature key, encryption key, decryption key, master key, shared key, account key, auth key, storage key, license key, deploy key, ssh key, ' +
      'admin key, subscription key, functions key, webhook key, session key, crypto key, hmac key, rsa key, aes key, gpg key, pgp key, jwt key, cookie key, app key, application key, sas key, host key, service key, ' +
      'private key pem, private pem, access key id, accesskeyid',
  ),
  secretClass(
    verdictOf('token', { accepts: (value) => value.length >= 6 }),
    'jwt, bearer, access tokens, refresh tokens, auth tokens, api tokens, id tokens, session tokens, device tokens',
  ),
  secretClass(
    verdictOf('secret', { accepts: (value) => value.length >= 3 && !isPath(value) }),
    'secret, client secrets, app secrets',
  ),
  secretClass(
    verdictOf('credentials', { accepts: anything, wholeLine: true }),
    'authorization, auth header, authheader, basic auth, http auth',
  ),
  secretClass(verdictOf('credentials', { accepts: anything }), 'credential, credentials, creds'),
  secretClass(
    verdictOf('cookie', {
      accepts: (value) => value.includes('=') || (value.length >= 8 && noSpace(value)),
      wholeLine: true,
    }),
    'cookie, cookies, cookie header, cookie string',
  ),
  secretClass(
    verdictOf('session id', { accepts: (value) => value.length >= 8 && noSpace(value) }),
    'session id, sessionid, sess id, sessid, phpsessid, jsessionid, session cookie, connect sid',
  ),
  secretClass(
    verdictOf('one-time code', { numeric: true, accepts: (value) => /^[\w -]{3,40}$/.test(value) }),
    'otp, totp, mfa code, two factor code, one time code, one time password, verification code, pin code, pincode, security code, recovery code, backup code, auth code, authorization code, code verifier, cvv, cvc, csc, user pin, card pin, otp code, sms code',
  ),
];

/** Parameters of URLs whose names mean something else elsewhere. */
const PARAMETERS = secretClass(
  verdictOf('signature in a URL', { accepts: (value) => value.length >= 6 }),
  'sig, signature, amz credential, goog credential, sas, hmac, saml response, samlresponse, assertion',
);
const SHORT_PARAMETERS: ReadonlySet<string> = new Set(['pass', 'pw', 'auth', 'sid', 'jwt', 'ticket']);

/** Words behind a secret's that leave it one. */
const NEUTRAL_TAILS: ReadonlySet<string> = new Set(
  'value text plain plaintext plain_text string raw base64 b64 encoded pem content old new current confirm confirmation again repeat default'.split(
    ' ',
  ),
);
/** Words before a secret's that make it something about it: `has_password`. */
const VETOES: ReadonlySet<string> = new Set(
  'has is show use uses using require requires required no forgot missing invalid wrong bad empty weak with without needs allow public count num number total max min'.split(
    ' ',
  ),
);
/** Tokens of texts and of pages, and what else is called so without being secret. */
const OTHER_TOKENS: ReadonlySet<string> = new Set(
  (
    'cancellation cancel next page continuation continue pagination paging cursor sync resume start end stop pad eos bos unk mask special unexpected expected parser lexer syntax per last first previous prev ' +
    'current delimiter design css input output prompt completion reasoning cached thinking word text string keyword identifier operator punctuator idempotency nextpage marker erc20 nft skip snapshot consistency zed'
  ).split(' '),
);
/** One word that is made of two, as in `accesstoken`; the last part is a secret's. */
const GLUED = /^(.*\p{L})(password|passwd|passphrase|passcode|pwd|secret|token|credentials?|cookie)$/u;
const GLUED_KEY =
  /^(.*(?:api|access|private|secret|signing|encryption|master|shared|account|auth|license|ssh|app))(key)$/;
/** Names of attributes that the semantic conventions give to what is no credential. */
const CONVENTIONS = /(^|\.)session\.(id|previous_id)$/;

/** The verdict on the key of a secret. `words` are the key's. */
export function secretByKey(key: string, words: readonly string[]): KeyVerdict | undefined {
  const last = words.at(-1);
  if (last === undefined || CONVENTIONS.test(key)) return undefined;
  const significant = unglued(withoutTails(words));
  const token = tokenVerdict(significant);
  if (token) return token;
  for (const { verdict, endings } of CLASSES) if (matches(significant, endings)) return verdict;
  return undefined;
}

/** The verdict on the name of a parameter in a URL's query; those of attributes hold there, too. */
export function secretByParameter(name: string, words: readonly string[]): KeyVerdict | undefined {
  if (matches(words, PARAMETERS.endings) || SHORT_PARAMETERS.has(name.toLowerCase())) return PARAMETERS.verdict;
  return undefined;
}

function matches(words: readonly string[], endings: SecretClass['endings']): boolean {
  for (const ending of endings) {
    if (!endsWithWords(words, ending)) continue;
    const before = words[words.length - ending.length - 1];
    if (before === undefined || !VETOES.has(before)) return true;
  }
  return false;
}

function tokenVerdict(words: readonly string[]): KeyVerdict | undefined {
  if (words.at(-1) !== 'token') return undefined;
  const before = words.at(-2);
  return before !== undefined && (OTHER_TOKENS.has(before) || VETOES.has(before)) ? undefined : TOKEN;
}

function withoutTails(words: readonly string[]): readonly string[] {
  let end = words.length;
  while (end > 1 && NEUTRAL_TAILS.has(words[end - 1])) end--;
  return words.slice(0, end);
}

function unglued(words: readonly string[]): readonly string[] {
  const last = words[words.length - 1];
  const parts = GLUED.exec(last) ?? GLUED_KEY.exec(last);
  return parts ? [...words.slice(0, -1), parts[1], parts[2]] : words;
}

function verdictOf(pattern: string, rest: Partial<KeyVerdict> & Pick<KeyVerdict, 'accepts'>): KeyVerdict {
  return { ...secret(pattern), numeric: false, ...rest };
}

function secretClass(verdict: KeyVerdict, endings: string): SecretClass {
  return { verdict, endings: endings.split(',').map((ending) => ending.trim().split(' ')) };
}
