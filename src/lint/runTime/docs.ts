import { Registry } from '../../base/registry';
import type { RunTimeRuleDocs } from './runTimeRule';

export const runTimeDocs = new Registry<RunTimeRuleDocs>('page', [
  {
    id: 'span-name-explosion',
    why: `The name of a span says what kind of work it is; statistics, searches and dashboards put the spans of one name together. A name
with an id, a path or a query in it stands alone: nothing can be compared with it, and backends charge for each name or cut them off.`,
    remedy: `Give the spans of the line one name and put what varies into an attribute, or into the template that the framework offers
(\`http.route\`, \`db.query.summary\`).`,
    evidence: `Told from the names that arrived: a hundred or more distinct ones of one line in one run, and more than every third span
with a name of its own. Names that stay a small set are left alone, whatever they are put together from.`,
    says: 'This line produced 4,812 distinct names in 5,000 executions',
  },
  {
    id: 'context-lost',
    why: `A span becomes the child of the span in the active context. Where a library calls back from a pool, a socket or a queue of its own,
the context of the request is gone: the span begins a trace of its own, and the request's trace has a hole where the time went.`,
    remedy: `Carry the context over: \`context.bind(context.active(), callback)\` where the callback is handed out, or
\`context.with(…)\` where the work begins. An instrumentation for the library does the same. A new trace on purpose should say where it
comes from by a link.`,
    evidence: `Told from spans without a parent that began while another trace was under way on the same thread. They are reported when
nine of ten did so, and when the thread was busy too seldom for that to be chance. Entry points (servers, consumers), spans with links and
work that a timer starts between requests are left alone.`,
    says: '8 of 8 spans that began here became traces of their own while "GET /orders" was under way on the same thread',
  },
  {
    id: 'parent-missing',
    why: `The spans name a parent that never arrived, so their trace has no beginning there: the waterfall shows them beside each other, and
nobody sees what they belong to.`,
    remedy: `Look for the span around them: one that is never ended is never exported, and so is one that its sampler or an exporter's full
queue dropped. A parent in another program arrives when that program is traced, too.`,
    evidence: `Told from spans whose parent is in the same program and has not arrived ten seconds after they ended, for half of the newest
spans of the line and at least three. Servers and consumers, whose caller may not be traced, are left alone.`,
    says: 'The parent of 12 of the newest 12 spans never arrived',
  },
  {
    id: 'span-left-open',
    why: `A span is exported when it ends. Of these nothing is left that could end them, and nobody else will ever see them.`,
    remedy: `Call \`end()\` in a \`finally\` block, also where a promise is rejected, a stream is destroyed or a request is aborted. End
the spans of long-lived work when the program is told to stop.`,
    evidence: `Told of at least three spans of the line that were open when their program or thread ended, or that the program let go of, open as they
were, while it ran on. A program that is stopped amid its work leaves a few of them behind by its nature.`,
    says: '5 of 17 spans never ended',
  },
  {
    id: 'error-not-marked',
    why: `\`recordException\` adds an event and leaves the status as it is. Without the status ERROR the span counts as good: it is in no error
rate, and searches for failures do not find it.`,
    remedy: `Call \`setStatus({ code: SpanStatusCode.ERROR })\` beside \`recordException\`. Where the exception was expected, an event with a name
of its own says so.`,
    evidence: `Told from spans that hold an event \`exception\` and whose status is not ERROR.`,
    says: '3 of the newest 14 spans hold an exception and are not marked as failed',
  },
  {
    id: 'repeated-call',
    why: `A list is loaded by one query, and then each of its items by a query of its own: with a hundred items the request waits a hundred
and one times for the database. Each query is fast, so that no statistics of queries show it; the request is slow all the same, and slower
with every item.`,
    remedy: `Ask for all at once: a join, \`WHERE id IN (…)\`, \`include\` or \`relations\` of the mapper, a batch endpoint, or a data loader
that gathers what is asked for in one turn. Where the calls must stay apart, a few at a time take less time than one after another.`,
    evidence: `Told from client spans: ten or more of one line right below one span, in one of the newest traces that reached the line. Spans
of other kinds, such as steps within the program and messages that are sent, are left alone.`,
    says: 'This line made 240 calls under one "GET /orders", one after another: 1.2 s of its 1.4 s',
  },
  {
    id: 'secret-sent',
    why: `Spans leave the program for systems that many people read and that keep them long. A password or a token in them is as good as
published.`,
    remedy: `Leave the value out where the span is made, or send what tells it apart without giving it away: its kind, its length, its last
characters. What Spanline masks, it masks in its own copy: the program's exporter still sends it as it is. Change a secret that has been sent.`,
    evidence: `Told by the redaction, which recognises secrets by their keys and shapes in what arrives.`,
    says: 'Masked here 212 times: password in "db.password"',
  },
  {
    id: 'personal-data-sent',
    why: `Addresses, names and numbers of people on spans are personal data in a system that was not made for them: nobody deletes them there
when they must be deleted, and many can read them.`,
    remedy: `Send an id, or a hash where values must be told apart. \`spanline.redaction.personalData\` masks them in Spanline's copy; the
program's exporter still sends them.`,
    evidence: `Told by the redaction, which recognises personal data by keys and shapes in what arrives.`,
    says: 'Personal data was seen here: e-mail address in "customer"',
  },
]);
