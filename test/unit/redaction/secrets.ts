/** `length` characters of an alphabet that look drawn at random and are the same each time. */
export function characters(alphabet: string, length: number, seed = 7): string {
  let state = seed;
  let text = '';
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    text += alphabet[(state >>> 16) % alphabet.length];
  }
  return text;
}

const DIGITS = '0123456789';
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const HEX = `${DIGITS}abcdef`;
const ALNUM = DIGITS + LETTERS + LETTERS.toUpperCase();
const BASE32 = `${LETTERS.toUpperCase()}234567`;
const URL64 = `${ALNUM}-_`;

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Secrets that their shape gives away, made up; put together here so that no scanner takes this file for a leak. */
export const SHAPED_SECRETS: Readonly<Record<string, string>> = {
  'AWS access key': `AK${'IA'}${characters(BASE32, 16)}`,
  'AWS temporary key': `AS${'IA'}${characters(BASE32, 16)}`,
  'GitHub token': `gh${'p_'}${characters(ALNUM, 36)}`,
  'GitHub app token': `gh${'s_'}${characters(ALNUM, 36)}`,
  'GitHub fine-grained token': `github_${'pat_'}${characters(ALNUM, 22)}_${characters(ALNUM, 59)}`,
  'GitLab token': `gl${'pat-'}${characters(URL64.replace('-', ''), 20)}`,
  'Slack bot token': `xo${'xb-'}${characters(DIGITS, 12)}-${characters(DIGITS, 12)}-${characters(ALNUM, 24)}`,
  'Slack app token': `xa${'pp-'}1-${characters(BASE32, 11)}-${characters(DIGITS, 13)}-${characters(HEX, 64)}`,
  'Stripe key': `sk_${'live_'}${characters(ALNUM, 24)}`,
  'Stripe restricted key': `rk_${'test_'}${characters(ALNUM, 24)}`,
  'Stripe webhook secret': `wh${'sec_'}${characters(ALNUM, 32)}`,
  'OpenAI key': `sk-${characters(ALNUM, 20)}T3Blbk${'FJ'}${characters(ALNUM, 20)}`,
  'OpenAI project key': `sk-${'proj-'}${characters(ALNUM, 60)}`,
  'Anthropic key': `sk-${'ant-'}api03-${characters(ALNUM, 90)}`,
  'Google API key': `AI${'za'}${characters(ALNUM, 35)}`,
  'Google access token': `ya${'29.'}${characters(ALNUM, 60)}`,
  'Google client secret': `GOC${'SPX-'}${characters(ALNUM, 28)}`,
  'npm token': `np${'m_'}${characters(ALNUM, 36)}`,
  'PyPI token': `py${'pi-'}AgEI${characters(ALNUM, 80)}`,
  'SendGrid key': `S${'G.'}${characters(ALNUM, 22)}.${characters(ALNUM, 43)}`,
  'Twilio key': `S${'K'}${characters(HEX, 32)}`,
  'DigitalOcean token': `do${'p_v1_'}${characters(HEX, 64)}`,
  'Hugging Face token': `h${'f_'}${characters(LETTERS, 34)}`,
  'Databricks token': `da${'pi'}${characters(HEX, 32)}`,
  'Shopify token': `shp${'at_'}${characters(HEX, 32)}`,
  'Docker token': `dckr_${'pat_'}${characters(ALNUM, 27)}`,
  'Vault token': `hv${'s.'}${characters(ALNUM, 90)}`,
  'Grafana token': `gl${'sa_'}${characters(ALNUM, 32)}_${characters(HEX, 8)}`,
  'New Relic key': `NR${'AK-'}${characters(BASE32, 27)}`,
  'Azure client secret': `${characters(ALNUM, 3)}8Q${'~'}${characters(ALNUM, 34)}`,
  'JSON Web Token': `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded({ sub: '42', name: 'Ann' })}.${characters(URL64.slice(0, 62), 43)}`,
  'JSON Web Token without signature': `${encoded({ alg: 'none' })}.${encoded({ sub: '42' })}.`,
  'private key': `-----BEGIN ${'RSA PRIVATE'} KEY-----\n${characters(ALNUM, 64)}\n${characters(ALNUM, 40)}=\n-----END RSA PRIVATE KEY-----`,
};

export const PASSWORD = `hunter2${characters(ALNUM, 8, 3)}`;
