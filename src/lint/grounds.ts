// What findings rest on, and how sure each of these grounds makes them: the one place where that is decided.
//
// A finding is as sure as the weakest of its grounds. `certain` (shown as a warning) is earned: the file itself shows the fault, by finite
// values, resolved receivers and control flow that is seen whole, and in repositories that were met for the first time nearly every finding
// on that ground was one that its maintainer would mend. A ground that went wrong there, or was hardly ever met, is `likely`
// (information) or `possible` (a hint), however convincing it looks; what is captured at run time lifts it from there.
import type { Confidence } from '../model/sourceLocation';

export interface Ground {
  readonly confidence: Confidence;
  /** When the finding stands on it, for the rule's page: `the span's receiver is known by its name alone`. */
  readonly says: string;
}

const certain = (says: string): Ground => ({ confidence: 'certain', says });
const likely = (says: string): Ground => ({ confidence: 'likely', says });
const possible = (says: string): Ground => ({ confidence: 'possible', says });

const RECEIVER = {
  byName: likely('that it is a span, a tracer or a meter is told by its name alone, and by no import, type or call'),
};
const SAMPLE = { inSample: likely('the file is a sample of a few spans') };

const HELPER = {
  fromHelper: likely('a function of the program’s own starts the span, and may see to it in a way of its own'),
};

/** By rule, in the order in which the page lists them. */
export const GROUNDS = {
  'span-name-high-cardinality': {
    request: certain('the value is the URL or the path of a request, or a part of it that a caller sends'),
    made: certain('the value is made anew each time: a UUID, a time, a random number, JSON text, an error'),
    perUse: certain(
      'the name says what each use has anew: the id of a user, an order or a message, an e-mail address, a token, SQL',
    ),
    supposed: likely('the name only suggests it, as with ids of things that programs may also write down'),
    ofOneThing: likely(
      'it is the URL or path of a setting, of a field, or of an element of a list, which may be one of few',
    ),
    cut: likely('only a part of it is left, or a function that is not seen into makes it'),
    inReserve: likely('it stands in for a value that takes few'),
    guessed: possible('it is supposed from its name, and in reserve for another'),
    renamedLater: possible('the span is given another name later on'),
    open: possible('nothing shows how many values it takes'),
    ...RECEIVER,
  },
  'metric-attribute-unbounded': {
    request: certain('the value is the URL or the path of a request, or a part of it that a caller sends'),
    made: certain('the value is made anew each time: a UUID, a time, a random number, JSON text, an error'),
    perUse: certain('the name says what each use has anew: the id of a user, an order or a message, an e-mail address'),
    supposed: likely('the name only suggests it, as with ids of things that a program may have few of'),
    ofOneThing: likely(
      'it is the URL or path of a setting, of a field, or of an element of a list, which may be one of few',
    ),
    cut: likely('only a part of it is left, or a function that is not seen into makes it'),
    inReserve: likely('it stands in for a value that takes few'),
    ofGroup: possible('it is the id of a tenant or of another group, for which a measurement of its own may be meant'),
    listed: possible('it is the id of something that the operator lists: a product, a game, a server'),
    observed: possible('it is observed for each thing that the program holds at the time, one for one'),
    guessed: possible('it is supposed from its name, and in reserve for another'),
    ...RECEIVER,
  },
  'span-not-ended': {
    shown: certain('every use of the span is in sight, and none of them ends it or hands it on'),
    ...HELPER,
  },
  'span-not-ended-on-all-paths': {
    exit: certain(
      'a return, a throw or the end of the function is reached without end(), all of it in the function that starts the span',
    ),
    rejection: likely('an awaited promise may reject'),
    exception: likely('a call may throw, which most never do'),
    spread: likely('callbacks or other functions end the span in some cases, and may do so in this one'),
    borrowed: likely('the span is started on a condition, and may be somebody else’s otherwise'),
    ...HELPER,
    ...RECEIVER,
  },
  'floating-span-promise': {
    endsEarly: certain('the span ends in finally while the promise that is returned still runs'),
    dropped: certain(
      'an async function goes on without waiting for the span’s work, and nothing in the work catches its errors',
    ),
    inHandler: likely('the function is a handler, whose caller may wait for nothing either'),
    notAsync: likely('the function around it is not async'),
    caught: possible('the work catches its own errors'),
    fromHelper: likely('a function of the program’s own starts the span and gives the promise'),
    background: possible('a function that is not async starts the work of another, which may be meant to run on'),
    ...RECEIVER,
  },
  'error-not-recorded': {
    rethrown: certain('the catch throws the error on, does nothing with the span, and calls nothing that could'),
    throwsAtTimes: likely('only some ways through the catch throw'),
    otherCalls: likely('the catch calls functions that are not seen into'),
    swallowed: likely('awaited work failed, and the catch says nothing of it to anybody'),
    ...HELPER,
    handled: possible('the error is logged, noted, retried, or answered by something else'),
  },
  'context-dropped': {
    thrownAway: certain('the new context or baggage is thrown away, or never read'),
    generator: certain('the span is active while a generator is made, and not while it runs'),
    rootParent: certain('a span in the middle of another is given ROOT_CONTEXT as its parent, with no link'),
    notActive: certain('the same function makes the spans that are left beside it, itself or through what it calls'),
    inCallback: likely('a callback makes them, which may run later'),
    detachedWork: likely('work is run in ROOT_CONTEXT, which may be meant'),
    nothingInside: likely('nothing runs in the context'),
    registered: likely('the callback is registered with something that outlives the span'),
    instrumented: likely('the spans beside it are made by an instrumentation'),
    uninstrumented: possible('no instrumentation that would make the spans is among the dependencies'),
    wrapped: possible('the spans beside it are made by a function that wraps others'),
    zone: possible('it depends on how the program is built'),
    ...RECEIVER,
  },
  'missing-propagation': {
    noCarrier: likely('nothing around the message mentions a carrier'),
    byName: possible(RECEIVER.byName.says),
  },
  'pii-attribute': {
    named: certain(
      'the key or the value has a name that means one thing: an e-mail address, a phone number, a card number',
    ),
    shaped: certain('the text has the shape of the data'),
    typed: certain('the type of the object lists it among its properties'),
    ambiguous: likely(
      'the name has other meanings, too, or says less: user names, IP addresses, postal codes, full names of things',
    ),
    wholeObject: likely('a whole object is written that is called a person'),
    ...RECEIVER,
  },
  'secret-attribute': {
    both: certain('key and value both say so'),
    password: certain('the key, or the value, is called a password'),
    shaped: certain('the text has the shape of a key or a token'),
    typed: certain('the type of the object lists it among its properties'),
    named: likely('only one of key and value says so'),
    written: likely('the key is called a password, and a text that looks like one is written down'),
    headers: likely('all headers are written, and which of them come is not seen here'),
    ...RECEIVER,
  },
  'sensitive-baggage': {
    named: certain('the key or the value has a name that means one thing'),
    shaped: certain('the text has the shape of the data'),
    typed: certain('the type of the object lists it among its properties'),
    ambiguous: likely('the name has other meanings, too, or says less'),
    wholeObject: likely('a whole object is written that is called a person'),
    ...RECEIVER,
  },
  'deprecated-semconv': {
    symbol: certain('a constant is used that the installed conventions mark as renamed'),
    key: likely('the key is written as text, which other programs may look for'),
    notInstalled: likely('the conventions are not installed: it is outdated in those that come with Spanline'),
    notRenamed: likely('no single key takes its place'),
    ambiguous: possible('the key has a meaning outside of the conventions, too'),
    spelling: possible('the key stays, and only its constant has another name in versions that may not be installed'),
    reads: possible('the key is looked for, and not written'),
    onRequest: possible('a setting chooses between old and new keys'),
  },
  'synchronous-export': {
    network: certain('the exporter sends over the network'),
    near: likely('the collector runs on the same machine'),
    unknownExporter: possible('the exporter is not one that is known to send over the network'),
    ...SAMPLE,
  },
  'sampler-misconfigured': {
    beyondOne: certain('a ratio beyond 1 is written down'),
    bareRatio: likely('a ratio decides for itself; where one service makes whole traces, that is the same'),
    keepsAll: likely('everything is kept'),
    choice: possible('it is one of several that a setting chooses from, or a provider beside the program’s own'),
    ...SAMPLE,
  },
  'missing-service-name': {
    nowhere: likely(
      'no name stands in the code or in the files around it; the environment of a deployment is not seen',
    ),
    elsewhere: possible('some file names it, or nothing is exported, or it is a sample'),
  },
  'attribute-misplaced': {
    unsendable: certain(
      'the value is written down as something that no attribute can hold, or as text where the conventions ask for a number',
    ),
    malformed: certain('the key is malformed'),
    asOptions: certain('keys with dots stand where the options of a span belong'),
    ownService: certain('service.name is written down as text, which is the same for every span'),
    ofProcess: likely('the key describes the process, as a rule'),
    converted: likely('a number is turned into text'),
    plainOptions: likely('unknown options, which may be those of another version'),
    ofAnother: possible('it may speak of another process, or a setting asks for it'),
    ...RECEIVER,
  },
  'noisy-span': {
    inLoop: likely('it is made anew in every turn of a loop'),
    inGetter: likely('a getter makes it'),
    trivial: possible('what it measures is over at once'),
  },
  'sdk-loaded-late': {
    before: certain(
      'a library that the SDK’s instrumentations patch is loaded before it, in an order that the file shows',
    ),
    through: likely('another file loads the library'),
    framework: likely('the framework decides when the SDK starts'),
    part: possible('the file is loaded by others, which may have started the SDK before'),
    builtIn: possible('it is a module of Node itself, which can be patched late'),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Ground>>>>;

type Grounds = typeof GROUNDS;
export type GroundedRule = keyof Grounds;
export type GroundOf<R extends GroundedRule> = Extract<keyof Grounds[R], string>;

/** At least one; those that do not hold are `false` or `undefined`. */
export type SomeGrounds<R extends GroundedRule> = readonly [GroundOf<R>, ...(GroundOf<R> | false | undefined)[]];

const SURENESS: readonly Confidence[] = ['certain', 'likely', 'possible'];

/** As sure as the weakest of the grounds. */
export function sureness<R extends GroundedRule>(rule: R, ...grounds: SomeGrounds<R>): Confidence {
  const known: Readonly<Record<string, Ground>> = GROUNDS[rule];
  const ranks = grounds.map((each) => (each ? SURENESS.indexOf(known[each].confidence) : 0));
  return SURENESS[Math.max(...ranks)];
}

/** What findings of a rule rest on, the surest first; nothing for rules that only the run time knows. */
export function groundsOf(rule: string): readonly Ground[] {
  const known: Readonly<Record<string, Readonly<Record<string, Ground>>>> = GROUNDS;
  const grounds = Object.values(known[rule] ?? {});
  return SURENESS.flatMap((confidence) => grounds.filter((each) => each.confidence === confidence));
}
