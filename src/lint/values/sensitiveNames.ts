import { indexOfSequence, splitWords } from './words';

export type SensitiveGroup = 'pii' | 'secret';

/** A class of data that names give away. */
export interface SensitiveClass {
  readonly id: string;
  /** With its article, for messages: `an e-mail address`. */
  readonly what: string;
  readonly group: SensitiveGroup;
  /** A number of this class is as telling as text: card numbers, phone numbers. */
  readonly numeric: boolean;
  readonly sure: 'certain' | 'likely' | 'possible';
  /** Word sequences, one a line of words; matched as neighbours. */
  readonly words: readonly (readonly string[])[];
}

function dataClass(
  id: string,
  what: string,
  group: SensitiveGroup,
  sure: SensitiveClass['sure'],
  words: string,
  numeric = false,
): SensitiveClass {
  return { id, what, group, numeric, sure, words: words.split(',').map((sequence) => sequence.trim().split(' ')) };
}

/** In order of precedence: the first class that matches is the one. */
export const SENSITIVE_CLASSES: readonly SensitiveClass[] = [
  dataClass('password', 'a password', 'secret', 'certain', 'password, passwd, pwd, passphrase, passcode, pass word'),
  dataClass(
    'key',
    'a secret key',
    'secret',
    'certain',
    'api key, apikey, private key, privatekey, secret key, secretkey, access key, accesskey, signing key, encryption key, master key, client secret, clientsecret, shared secret, app secret, secret, service account key, key material',
  ),
  dataClass(
    'authorization',
    'credentials',
    'secret',
    'certain',
    'authorization, auth header, bearer, basic auth, credential, credentials, x api key, proxy authorization',
  ),
  dataClass('cookie', 'a cookie', 'secret', 'certain', 'cookie, cookies, set cookie, session cookie'),
  dataClass(
    'otp',
    'a one-time code',
    'secret',
    'certain',
    'otp, mfa code, totp, one time code, verification code, two factor code, pin code',
  ),
  dataClass('jwt', 'a token', 'secret', 'certain', 'jwt, id token value'),
  dataClass(
    'card',
    'a card number',
    'pii',
    'certain',
    'card number, cardnumber, credit card, creditcard, debit card, cc number, ccnumber, pan number, cvv, cvc, cvv2, card cvv, card cvc, primary account number',
    true,
  ),
  dataClass(
    'bank',
    'a bank account',
    'pii',
    'certain',
    'iban, bank account, account number, routing number, sort code, swift code',
    true,
  ),
  dataClass(
    'government',
    'a government id',
    'pii',
    'certain',
    'ssn, social security, social security number, passport number, tax id, taxid, driver license, drivers license, driver licence, national id, nationalid, national insurance number',
    true,
  ),
  dataClass('passport', 'a passport', 'pii', 'likely', 'passport'),
  dataClass(
    'email',
    'an e-mail address',
    'pii',
    'certain',
    'email, emails, e mail, mail address, emailaddress, useremail, email addresses',
  ),
  dataClass(
    'phone',
    'a phone number',
    'pii',
    'certain',
    'phone, phone number, phonenumber, mobile number, mobile phone, telephone, cell phone, msisdn, fax number',
    true,
  ),
  dataClass(
    'name',
    "a person's name",
    'pii',
    'certain',
    'first name, firstname, last name, lastname, surname, given name, givenname, family name, familyname, maiden name, middle name, middlename, person name, customer name, cardholder name, cardholder, patient name, billing name, shipping name, user full name, customer full name, patient full name, person full name, member full name, employee full name, contact full name',
  ),
  dataClass(
    'fullname',
    "a person's name",
    'pii',
    'likely',
    'full name, fullname, real name, contact name, recipient name',
  ),
  dataClass('author', "a person's name", 'pii', 'likely', 'author name, committer name, commit author, reviewer name'),
  dataClass('username', 'a user name', 'pii', 'likely', 'username, user name, login name, screen name, enduser name'),
  dataClass(
    'address',
    'a postal address',
    'pii',
    'certain',
    'street address, home address, postal address, mailing address, billing address, shipping address, street, street name, address line, address line1, address line2, house number, delivery address, addressline1',
  ),
  dataClass('postcode', 'a postal code', 'pii', 'likely', 'postal code, postalcode, zip code, zipcode, postcode', true),
  dataClass(
    'birth',
    'a birth date',
    'pii',
    'certain',
    'birth date, birthdate, birthday, date of birth, dob, birth year',
    true,
  ),
  dataClass(
    'location',
    'a location',
    'pii',
    'likely',
    'latitude, longitude, geo lat, geo lon, geo location, geolocation, gps, lat lng, coordinates',
    true,
  ),
  dataClass(
    'ip',
    'an IP address',
    'pii',
    'likely',
    'ip, ip address, ipaddress, remote ip, client ip, x forwarded for, remote addr',
  ),
  dataClass('mac', 'a MAC address', 'pii', 'likely', 'mac address, macaddress'),
  dataClass('health', 'health data', 'pii', 'certain', 'medical record, health record, blood type, patient diagnosis'),
  dataClass('condition', 'health data', 'pii', 'likely', 'diagnosis, medication, disability, allergy'),
  dataClass(
    'gender',
    'a gender',
    'pii',
    'likely',
    'gender, sexual orientation, ethnicity, race ethnicity, religion, nationality',
  ),
  dataClass('salary', 'a salary', 'pii', 'certain', 'salary, net income, annual income, wage', true),
];

/** Words at either end that say the value is about the data and not the data itself. */
const VETO = new Set(
  (
    'hash hashed masked mask redacted encrypted count counts size length len bytes ms type types status state enabled disabled required verified valid ' +
    'invalid version template templates format has is can num number_of total provided present missing exists exist changed updated sent delivered ' +
    'validated validation verification confirmed optional supported allowed flag domain provider policy kind category channel step ' +
    'field fields error errors failed failure success source method strategy rule rules result reason rotation expiry expired expires ttl ' +
    'id ids index schema header_name name_length prefix suffix strength min max limit attempts retries queue topic service server subject ' +
    'anonymized anonymised tokenized pseudonym fingerprint digest checksum sha256 md5 hmac url endpoint path manager client_name feature plugin ' +
    'fragment preview'
  ).split(' '),
);
const VETO_FIRST = new Set(
  'has is can should was hashed masked redacted encrypted num total count max min invalid valid missing no requires require allow enable use hash mask anonymized send sent verify validate check needs need skip with without set on update change reset delete remove'.split(
    ' ',
  ),
);

export interface SensitiveMatch {
  readonly class: SensitiveClass;
  /** The words that matched, as the key spells them in lower case. */
  readonly words: string;
}

/** What personal data or secret a key or a name stands for. */
export function sensitiveByName(name: string, group?: SensitiveGroup): SensitiveMatch | undefined {
  const key = `${group ?? ''} ${name}`;
  if (!judged.has(key)) {
    if (judged.size >= MAX_JUDGED) judged.clear();
    judged.set(key, judge(name, group));
  }
  return judged.get(key);
}

/** `tokenId`, `emailHash`: a name that speaks of sensitive data and says that it is not the data itself. */
export function isAboutSensitive(name: string): boolean {
  const words = splitWords(name);
  if (!isVetoed(words)) return false;
  if (words.includes('token')) return true;
  return SENSITIVE_CLASSES.some((each) => each.words.some((sequence) => indexOfSequence(words, sequence) >= 0));
}

/** The same names are judged with every keystroke. */
const judged = new Map<string, SensitiveMatch | undefined>();
const MAX_JUDGED = 5000;

function judge(name: string, group: SensitiveGroup | undefined): SensitiveMatch | undefined {
  const words = splitWords(name);
  if (words.length === 0 || isVetoed(words)) return undefined;
  const token = tokenMatch(words);
  if (token && group !== 'pii') return token;
  for (const each of SENSITIVE_CLASSES) {
    if (group && each.group !== group) continue;
    for (const sequence of each.words) {
      const at = indexOfSequence(words, sequence);
      if (words[at - 1] === 'action') continue; // `action.user.name` names what a user did
      if (isFullName(each) && THINGS.has(words[at - 1])) continue;
      if (isAddress(each) && words.slice(0, at).some((word) => MACHINES.has(word))) continue;
      if (at >= 0 && isWhatItIs(words, at, sequence.length)) return { class: each, words: sequence.join(' ') };
    }
  }
  return undefined;
}

function isFullName({ id }: SensitiveClass): boolean {
  return id === 'name' || id === 'fullname';
}

/** What has a full name without being a person: `test.fullName`, `repository.full_name`. */
const THINGS = new Set(
  'test case suite spec task repo repository package module class function method type table column field file schema index metric command tool event action model resource project'.split(
    ' ',
  ),
);

export function isNameOfThing(owner: string): boolean {
  return THINGS.has(splitWords(owner).at(-1) ?? '');
}

function isAddress({ id }: SensitiveClass): boolean {
  return id === 'ip' || id === 'mac';
}

/** What has a network address without being somebody's: `worker.ip`, `net.host.ip`. */
const MACHINES = new Set(
  'worker runner host server node pod container instance machine gateway router proxy upstream backend broker cluster replica local listen bind vm'.split(
    ' ',
  ),
);

/** The names of an attribute or value, with what it belongs to, speak of a machine's own address. */
export function isAddressOfMachine(owner: string, found: SensitiveClass | undefined): boolean {
  return found !== undefined && isAddress(found) && splitWords(owner).some((word) => MACHINES.has(word));
}

function isVetoed(words: readonly string[]): boolean {
  return VETO.has(words.at(-1)!) || VETO_FIRST.has(words[0]) || (VETO.has(words.at(-2) ?? '') && words.at(-1) === 'id');
}

/** The sequence must be the head of the name: what follows it may only make it plural, typed or one of several. */
function isWhatItIs(words: readonly string[], at: number, length: number): boolean {
  const after = words.slice(at + length);
  return after.every((word) => TRAILING.has(word) || /^\d+$/.test(word));
}

const TRAILING = new Set(
  'value values text string str address addresses number full raw data new old current primary secondary list line1 line2 line header plain original input param lat lon lng'.split(
    ' ',
  ),
);

/** With these words a token is a piece of text, a place in a list, or a lock: nothing that lets anybody in. */
const HARMLESS_TOKENS = new Set(
  (
    'gen ai llm first last time per prompt completion usage max input output total reasoning cached tokens tokenizer next page continuation pagination cancel ' +
    'cancellation special eos bos pad stop csrf resume resumption sync cursor checkpoint partition watermark offset shard fencing lock lease reservation ' +
    'idempotency dedup syntax keyword operator punctuation'
  ).split(' '),
);
const TOKEN: SensitiveClass = {
  id: 'token',
  what: 'a token',
  group: 'secret',
  numeric: false,
  sure: 'certain',
  words: [['token']],
};

/** `token` is a secret only as the last word, singular, and away from the tokens of language models. */
function tokenMatch(words: readonly string[]): SensitiveMatch | undefined {
  if (words.at(-1) !== 'token') return undefined;
  if (words.some((word) => HARMLESS_TOKENS.has(word))) return undefined;
  return { class: TOKEN, words: words.slice(-2).join(' ') };
}
