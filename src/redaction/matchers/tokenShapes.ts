import { ALNUM, BASE64_SIGNS, BASE64URL, DIGIT, DOT, HEX, UPPER } from '../bytes';

/** A kind of token that its first characters give away. */
export interface TokenShape {
  readonly pattern: string;
  readonly prefix: string;
  /** Classes of the characters that follow. */
  readonly classes: number;
  /** How many follow at least, and at most where the number tells the token from what only begins like it. */
  readonly least: number;
  readonly most?: number;
  /** Digits and letters, both: the prefix is found in ordinary names, too. */
  readonly mixed?: boolean;
  /** The prefix is an address that anybody may see; what follows is not. */
  readonly keepsPrefix?: boolean;
}

const BASE64 = ALNUM | BASE64_SIGNS;
const BASE32 = UPPER | DIGIT;
const URL_SAFE_DOTTED = BASE64URL | DOT;

function shapes(
  pattern: string,
  prefixes: string,
  classes: number,
  least: number,
  rest: Partial<TokenShape> = {},
): TokenShape[] {
  return prefixes.split(' ').map((prefix) => ({ pattern, prefix, classes, least, ...rest }));
}

/** Prefixes and lengths as the issuers document them. */
export const TOKEN_SHAPES: readonly TokenShape[] = [
  ...shapes('AWS access key', 'AKIA ASIA ABIA ACCA', BASE32, 16, { most: 16 }),
  ...shapes('AWS Bedrock key', 'ABSK', BASE64, 60),
  ...shapes('GitHub token', 'ghp_ gho_ ghu_ ghs_ ghr_', ALNUM, 30),
  ...shapes('GitHub token', 'github_pat_', BASE64URL, 30),
  ...shapes(
    'GitLab token',
    'glpat- gldt- glrt- glcbt- glptt- glft- glimt- glagent- gloas- glsoat- glffct-',
    URL_SAFE_DOTTED,
    16,
  ),
  ...shapes('Bitbucket token', 'ATBB', BASE64URL, 24),
  ...shapes('Atlassian token', 'ATATT3 ATCTT3', BASE64URL | BASE64_SIGNS, 40),
  ...shapes(
    'Slack token',
    'xoxb- xoxp- xoxa- xoxo- xoxs- xoxr- xoxe- xoxc- xoxd- xoxe.xoxp- xoxe.xoxb- xapp-',
    BASE64URL | BASE64_SIGNS,
    10,
  ),
  ...shapes(
    'Slack webhook',
    'hooks.slack.com/services/ hooks.slack.com/workflows/ hooks.slack.com/triggers/',
    BASE64URL | BASE64_SIGNS,
    20,
    { keepsPrefix: true },
  ),
  ...shapes('Discord webhook', 'discord.com/api/webhooks/ discordapp.com/api/webhooks/', BASE64URL | BASE64_SIGNS, 40, {
    keepsPrefix: true,
  }),
  ...shapes('Stripe key', 'sk_live_ sk_test_ rk_live_ rk_test_', ALNUM, 10),
  ...shapes('Stripe webhook secret', 'whsec_', BASE64, 20),
  ...shapes('Anthropic key', 'sk-ant-', BASE64URL, 20),
  ...shapes('OpenAI key', 'sk-proj- sk-svcacct- sk-admin- sk-None-', BASE64URL, 20),
  ...shapes('API key', 'sk-or-v1- sk-lf- sk-lc-', BASE64URL, 20),
  ...shapes('OpenAI key', 'sk-', ALNUM, 32, { mixed: true }),
  ...shapes('Google API key', 'AIza', BASE64URL, 35),
  ...shapes('Google access token', 'ya29.', BASE64URL, 20),
  ...shapes('Google client secret', 'GOCSPX-', BASE64URL, 20),
  ...shapes('Google refresh token', '1//0', BASE64URL, 40),
  ...shapes('npm token', 'npm_', ALNUM, 36),
  ...shapes('PyPI token', 'pypi-AgEI pypi-AgEN', BASE64URL, 40),
  ...shapes('RubyGems key', 'rubygems_', HEX, 48, { most: 48 }),
  ...shapes('crates.io token', 'cio', ALNUM, 32, { most: 32, mixed: true }),
  ...shapes('Docker token', 'dckr_pat_ dckr_oat_', BASE64URL, 20),
  ...shapes('SendGrid key', 'SG.', URL_SAFE_DOTTED, 60, { most: 80 }),
  ...shapes('Twilio key', 'SK', HEX, 32, { most: 32 }),
  ...shapes('DigitalOcean token', 'dop_v1_ doo_v1_ dor_v1_', HEX, 64),
  ...shapes('Hugging Face token', 'hf_ api_org_', ALNUM, 30),
  ...shapes('Databricks token', 'dapi', HEX, 32),
  ...shapes('Shopify token', 'shpat_ shpca_ shppa_ shpss_', HEX, 32),
  ...shapes('Square token', 'sq0atp- sq0csp- sq0idp-', BASE64URL, 22),
  ...shapes('Linear key', 'lin_api_ lin_oauth_', ALNUM, 32),
  ...shapes('Notion token', 'ntn_', ALNUM, 40),
  ...shapes('Postman key', 'PMAK-', BASE64URL, 50),
  ...shapes('Doppler token', 'dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit.', URL_SAFE_DOTTED, 40),
  ...shapes('Vault token', 'hvs. hvb. hvr.', BASE64URL, 24),
  ...shapes('Grafana token', 'glsa_', ALNUM | BASE64URL, 40),
  ...shapes('Grafana Cloud token', 'glc_', BASE64, 32),
  ...shapes('New Relic key', 'NRAK- NRII- NRJS- NRAA-', BASE64URL, 19),
  ...shapes('Sentry token', 'sntrys_ sntryu_', BASE64URL | BASE64_SIGNS, 40),
  ...shapes('Dynatrace token', 'dt0c01. dt0s01. dt0s02. dt0s08.', URL_SAFE_DOTTED, 60),
  ...shapes('Honeycomb key', 'hcaik_ hcalk_ hcbik_', ALNUM, 32),
  ...shapes('Heroku key', 'HRKU-', BASE64URL, 36),
  ...shapes('Figma token', 'figd_', BASE64URL, 30),
  ...shapes('Supabase key', 'sbp_ sb_secret_', BASE64URL, 20),
  ...shapes('PlanetScale token', 'pscale_tkn_ pscale_pw_ pscale_oauth_', URL_SAFE_DOTTED, 32),
  ...shapes('Perplexity key', 'pplx-', ALNUM, 40),
  ...shapes('Groq key', 'gsk_', ALNUM, 40),
  ...shapes('Replicate token', 'r8_', ALNUM, 36),
  ...shapes('xAI key', 'xai-', ALNUM, 60),
  ...shapes('JFrog key', 'AKCp', ALNUM, 60),
  ...shapes('age secret key', 'AGE-SECRET-KEY-1', BASE32, 50),
  ...shapes('Facebook token', 'EAAC EAAG EAAB', ALNUM, 80),
  ...shapes('Firebase server key', 'AAAA', BASE64URL, 160),
  ...shapes('1Password token', 'ops_eyJ', BASE64URL | BASE64_SIGNS, 60),
  ...shapes('Pulumi token', 'pul-', HEX, 40, { most: 40 }),
  ...shapes('Netlify token', 'nfp_', ALNUM, 36),
  ...shapes('Fly.io token', 'FlyV1_ fm2_', BASE64URL | BASE64_SIGNS, 40),
  ...shapes('Vercel token', 'vcp_ vck_', ALNUM, 24),
  ...shapes('Tailscale key', 'tskey-', BASE64URL, 20),
  ...shapes('PostHog key', 'phx_', ALNUM, 40),
  ...shapes('Langsmith key', 'lsv2_pt_ lsv2_sk_', BASE64URL, 32),
  ...shapes('Prefect key', 'pnu_ pnb_', ALNUM, 36),
  ...shapes('Typeform token', 'tfp_', URL_SAFE_DOTTED, 40),
  ...shapes('Contentful token', 'CFPAT-', BASE64URL, 40),
];
