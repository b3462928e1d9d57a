import { isIP } from 'node:net';
import { DIGIT } from './bytes';
import { endsWithWords } from './keyWords';
import { personal } from './rules';
import type { KeyVerdict } from './secretKeys';

interface PersonalClass {
  readonly verdict: KeyVerdict;
  readonly endings: readonly (readonly string[])[];
}

const digitsIn = (value: string) => value.replace(/\D/g, '').length;
const hasLetters = (value: string) => /\p{L}{2}/u.test(value);

/** Names of accounts that are nobody's. */
const ROLES: ReadonlySet<string> = new Set(
  'root admin administrator postgres mysql redis guest anonymous system service default test user unknown nobody daemon node app www-data'.split(
    ' ',
  ),
);

/** Longer endings stand before the shorter ones that they end with. */
const CLASSES: readonly PersonalClass[] = [
  personalClass(
    'e-mail address',
    (value) => /[^\s@]@[^\s@]/.test(value),
    'email, emails, e mail, mail address, email address, enduser mail',
  ),
  personalClass(
    'IP address',
    isPublicAddress,
    'client address, client ip, user ip, remote ip, remote addr, remote address, forwarded for, real ip, enduser ip, connecting ip, user address, client socket address, source ip, visitor ip, ip of user',
  ),
  personalClass(
    'phone number',
    (value) => /^[+\d(][\d\s()./-]{5,24}$/.test(value) && digitsIn(value) >= 7 && digitsIn(value) <= 15,
    'phone, phone number, mobile number, mobile phone, telephone, telephone number, cell phone, msisdn, fax number, phonenumber, whatsapp number',
    true,
  ),
  personalClass(
    'card number',
    (value) => digitsIn(value) >= 12,
    'card number, cardnumber, credit card, debit card, cc number, primary account number, creditcard',
    true,
  ),
  personalClass(
    'bank account',
    (value) => digitsIn(value) >= 6,
    'iban, bank account, account number, routing number, sort code',
    true,
  ),
  personalClass(
    'government id',
    (value) => digitsIn(value) >= 4,
    'ssn, social security number, social security, passport number, passport no, tax id, taxid, driver license, drivers license, driver licence, driving licence number, national id, national insurance number, personnummer, cpf, curp, aadhaar, dni, nif, bsn, steuer id',
    true,
  ),
  personalClass(
    'user name',
    (value) => hasLetters(value) && !ROLES.has(value.toLowerCase()) && !HEX_ID.test(value),
    'user name, username, login name, screen name, enduser name, user login',
  ),
  personalClass(
    'person’s name',
    hasLetters,
    'first name, firstname, last name, lastname, full name, fullname, surname, given name, givenname, family name, familyname, maiden name, middle name, middlename, real name, person name, customer name, cardholder name, cardholder, patient name, contact name, recipient name, billing name, shipping name',
  ),
  // Ids with digits, hashes and UUIDs tell something only to those who have the table.
  personalClass(
    'user id',
    (value) => hasLetters(value) && !HEX_ID.test(value) && !ROLES.has(value.toLowerCase()),
    'enduser id, user id, userid',
    false,
    DIGIT,
  ),
  personalClass(
    'postal address',
    hasLetters,
    'street address, home address, postal address, mailing address, billing address, shipping address, delivery address, street name, address line, house number',
  ),
  personalClass(
    'postal code',
    (value) => digitsIn(value) >= 3,
    'postal code, postalcode, zip code, zipcode, postcode',
    true,
  ),
  personalClass(
    'birth date',
    (value) => digitsIn(value) >= 4,
    'birth date, birthdate, birthday, date of birth, dob',
    true,
  ),
  personalClass(
    'location',
    (value) => digitsIn(value) >= 2,
    'user latitude, user longitude, client latitude, client longitude, customer latitude, customer longitude, user location',
    true,
  ),
  personalClass('health record', hasLetters, 'diagnosis, medical record, health record, blood type'),
  personalClass('sensitive trait', hasLetters, 'gender, sexual orientation, ethnicity, religion'),
  personalClass('salary', (value) => digitsIn(value) >= 3, 'salary, net income, annual income', true),
];

/** The verdict on the key of something that tells who a person is. `words` are the key's. */
export function personalByKey(words: readonly string[]): KeyVerdict | undefined {
  for (const { verdict, endings } of CLASSES)
    for (const ending of endings) if (endsWithWords(words, ending)) return verdict;
  return undefined;
}

const HEX_ID = /^[0-9a-f-]{8,}$|[0-9a-f]{8}-[0-9a-f]{4}-/i;

/** An address, or a list of them as proxies write it, that is no private network's. */
function isPublicAddress(value: string): boolean {
  return value.split(',').some((part) => {
    const address = part
      .trim()
      .replace(/^\[(.*)\](:\d+)?$/, '$1')
      .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
    return isIP(address) !== 0 && !PRIVATE.test(address);
  });
}

const PRIVATE =
  /^(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|0\.0\.0\.0|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::1?$|f[cd]|fe[89ab]|::ffff:(127|10|192\.168)\.)/i;

function personalClass(
  pattern: string,
  accepts: (value: string) => boolean,
  endings: string,
  numeric = false,
  never = 0,
): PersonalClass {
  return {
    verdict: { ...personal(pattern), numeric, accepts, never },
    endings: endings.split(',').map((ending) => ending.trim().split(' ')),
  };
}
