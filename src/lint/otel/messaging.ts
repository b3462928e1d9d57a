import type { FileModel } from '../model';
import { argument, calleeName, lastName, propertyName, receiver, unwrap, unwrapAwait } from '../syntax/nodes';
import { isFunctionNode, walk, type FunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import { importOf, moduleOfExpression } from './imports';
import { functionOf } from './spanStarts';

/** A library that carries work to another process, and what carries its context by itself. */
interface Carrier {
  readonly name: string;
  readonly module: RegExp;
  /** Packages that put the context into messages and take it out again. */
  readonly instrumentations: readonly string[];
  readonly sends: RegExp;
  readonly receives: RegExp;
  /** Members of an object that the library is handed receive: `consumer.run({ eachMessage })`. */
  readonly receivesInMembers?: boolean;
}

const AUTO = '@opentelemetry/auto-instrumentations-node';

const CARRIERS: readonly Carrier[] = [
  {
    name: 'kafkajs',
    module: /^kafkajs$/,
    instrumentations: ['@opentelemetry/instrumentation-kafkajs', AUTO],
    sends: /^(send|sendBatch)$/,
    receives: /^(eachMessage|eachBatch)$/,
    receivesInMembers: true,
  },
  {
    name: 'Kafka',
    module: /^(@confluentinc\/kafka-javascript|node-rdkafka|@platformatic\/kafka)$/,
    instrumentations: [],
    sends: /^(send|sendBatch|produce)$/,
    receives: /^(eachMessage|eachBatch)$/,
    receivesInMembers: true,
  },
  {
    name: 'amqplib',
    module: /^amqplib(\/callback_api)?$|^amqp-connection-manager$/,
    instrumentations: ['@opentelemetry/instrumentation-amqplib', AUTO],
    sends: /^(publish|sendToQueue)$/,
    receives: /^consume$/,
  },
  {
    name: 'SQS',
    module: /^@aws-sdk\/client-sqs$/,
    instrumentations: ['@opentelemetry/instrumentation-aws-sdk', AUTO],
    sends: /^(SendMessageCommand|SendMessageBatchCommand)$/,
    receives: /^$/,
  },
  {
    name: 'SNS',
    module: /^@aws-sdk\/client-sns$/,
    instrumentations: ['@opentelemetry/instrumentation-aws-sdk', AUTO],
    sends: /^(PublishCommand|PublishBatchCommand)$/,
    receives: /^$/,
  },
  {
    name: 'Azure Service Bus',
    module: /^@azure\/service-bus$/,
    instrumentations: ['@azure/opentelemetry-instrumentation-azure-sdk', '@azure/monitor-opentelemetry'],
    sends: /^(sendMessages|scheduleMessages)$/,
    receives: /^$/,
  },
  {
    name: 'NATS',
    module: /^nats$|^@nats-io\/[\w-]+$/,
    instrumentations: [],
    sends: /^(publish|request)$/,
    receives: /^$/,
  },
  {
    name: 'pg-boss',
    module: /^pg-boss$/,
    instrumentations: [],
    sends: /^(send|sendAfter|sendOnce|insert)$/,
    receives: /^work$/,
  },
  {
    name: 'BullMQ',
    module: /^(@nestjs\/)?bull(mq)?$/,
    instrumentations: [
      'bullmq-otel',
      '@appsignal/opentelemetry-instrumentation-bullmq',
      '@jenniferplusplus/opentelemetry-instrumentation-bullmq',
      '@opentelemetry/instrumentation-bullmq',
    ],
    sends: /^(add|addBulk)$/,
    receives: /^(Worker|process)$/,
  },
  {
    name: 'a worker thread',
    module: /^(node:)?worker_threads$/,
    instrumentations: [],
    sends: /^postMessage$/,
    receives: /^$/,
  },
  {
    name: 'a child process',
    module: /^(node:)?child_process$/,
    instrumentations: [],
    sends: /^(fork|send)$/,
    receives: /^$/,
  },
];

/** What a worker sends to the thread that started it is an answer: its receiver has a context of its own. */
const ANSWERS = /^(parentPort|process)$/;

export interface MessageUse {
  readonly carrier: string;
  readonly instrumentations: readonly string[];
  readonly node: ts.CallExpression | ts.NewExpression | ts.ObjectLiteralElementLike;
  /** What handles a received message. */
  readonly handler: FunctionNode | undefined;
  readonly kind: 'send' | 'receive';
}

/** Where the file sends and receives messages through a known library, as far as it shows that it is that library. */
export function messageUses(file: FileModel): MessageUse[] {
  const carriers = CARRIERS.filter(({ module }) =>
    file.modules.some((used) => module.test(used.module) && !used.typeOnly),
  );
  if (carriers.length === 0) return [];
  const found: MessageUse[] = [];
  walk(file.source, (node) => {
    for (const carrier of carriers) {
      const use = useOf(file, node, carrier);
      if (use) found.push(use);
    }
  });
  return found;
}

function useOf(file: FileModel, node: ts.Node, carrier: Carrier): MessageUse | undefined {
  const made = { carrier: carrier.name, instrumentations: carrier.instrumentations };
  if (ts.isPropertyAssignment(node) || ts.isMethodDeclaration(node)) {
    if (!receivesInMember(file, node, carrier)) return undefined;
    const handler = ts.isMethodDeclaration(node) ? node : functionOf(file, node.initializer);
    return { ...made, node: node as ts.ObjectLiteralElementLike, handler, kind: 'receive' };
  }
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return undefined;
  const name = calleeName(node);
  if (name === undefined) return undefined;
  const isSend = carrier.sends.test(name);
  if (!isSend && !carrier.receives.test(name)) return undefined;
  const on = ts.isCallExpression(node) ? (receiver(node) ?? node.expression) : node.expression;
  if (ANSWERS.test(lastName(on) ?? '') || !comesFrom(file, on, carrier.module)) return undefined;
  if (isSend) return { ...made, node, handler: undefined, kind: 'send' };
  const passed = node.arguments?.find((each) => isFunctionNode(unwrap(each))) ?? argument(node, 1);
  return { ...made, node, handler: functionOf(file, passed), kind: 'receive' };
}

function receivesInMember(
  file: FileModel,
  node: ts.PropertyAssignment | ts.MethodDeclaration,
  carrier: Carrier,
): boolean {
  if (ts.isMethodDeclaration(node) && ts.isClassLike(node.parent)) return isProcessor(file, node, carrier);
  const name = propertyName(node.name);
  return carrier.receivesInMembers === true && name !== undefined && carrier.receives.test(name);
}

/** A method that Nest calls with the jobs of a queue: `process` of a `WorkerHost`, or one with `@Process()`. */
function isProcessor(file: FileModel, method: ts.MethodDeclaration, { module }: Carrier): boolean {
  const isOfLibrary = (name: ts.Expression, known: string) => {
    const imported = importedAs(file, name);
    return imported?.name === known && module.test(imported.module);
  };
  const owner = method.parent as ts.ClassLikeDeclaration;
  const base = owner.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  if (base && propertyName(method.name) === 'process' && isOfLibrary(base.expression, 'WorkerHost')) return true;
  return (ts.getDecorators(method) ?? []).some(({ expression }) => {
    const named = unwrap(expression);
    return isOfLibrary(ts.isCallExpression(named) ? named.expression : named, 'Process');
  });
}

function importedAs(file: FileModel, name: ts.Expression): ReturnType<typeof importOf> {
  const declaration = file.scopes.bindingOf(unwrap(name))?.declarations[0];
  return declaration && importOf(declaration);
}

const MAX_STEPS = 6;

/** The expression is made from something of the module: `new Kafka().producer()`, `await connection.createChannel()`, a typed field. */
function comesFrom(file: FileModel, expression: ts.Expression, module: RegExp, steps = 0): boolean {
  if (steps > MAX_STEPS) return false;
  let node = unwrapAwait(expression);
  while (ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isPropertyAccessExpression(node)) {
    if (ts.isPropertyAccessExpression(node) && node.expression.kind === ts.SyntaxKind.ThisKeyword)
      return memberFrom(file, node, module, steps);
    node = unwrapAwait(node.expression);
  }
  const binding = file.scopes.bindingOf(node);
  const declaration = binding?.declarations[0];
  if (!declaration) return false;
  const imported = importOf(declaration);
  if (imported) return module.test(imported.module);
  const variable = ts.findAncestor(
    declaration,
    (each) => ts.isVariableDeclaration(each) || ts.isParameter(each) || isFunctionNode(each),
  );
  if (!variable || isFunctionNode(variable)) return false;
  const holder = variable;
  if (holder.type && typeFrom(file, holder.type, module)) return true;
  const required = holder.initializer && moduleOfExpression(holder.initializer);
  if (required !== undefined) return module.test(required);
  const sources = holder.initializer ? [holder.initializer] : assigned(binding.references.map(({ node: use }) => use));
  return sources.some((each) => comesFrom(file, each, module, steps + 1));
}

function assigned(uses: readonly ts.Identifier[]): ts.Expression[] {
  return uses.flatMap((use) =>
    ts.isBinaryExpression(use.parent) && use.parent.left === use ? [use.parent.right] : [],
  );
}

function memberFrom(file: FileModel, access: ts.PropertyAccessExpression, module: RegExp, steps: number): boolean {
  const owner = ts.findAncestor(access, ts.isClassLike);
  let from = false;
  if (owner)
    walk(owner, (node) => {
      if (ts.isPropertyDeclaration(node) || ts.isParameter(node)) {
        if (propertyName(node.name) !== access.name.text) return;
        from ||=
          (node.type !== undefined && typeFrom(file, node.type, module)) ||
          (node.initializer !== undefined && comesFrom(file, node.initializer, module, steps + 1));
      } else if (
        ts.isBinaryExpression(node) &&
        lastName(node.left) === access.name.text &&
        node.operatorToken.kind === ts.SyntaxKind.EqualsToken
      )
        from ||= comesFrom(file, node.right, module, steps + 1);
    });
  return from;
}

function typeFrom(file: FileModel, type: ts.TypeNode, module: RegExp): boolean {
  let from = false;
  walk(type, (node) => {
    if (!ts.isIdentifier(node)) return;
    const binding = file.scopes.bindings.find((each) => each.name === node.text && each.kind === 'import');
    const imported = binding && importOf(binding.declarations[0]);
    if (imported && module.test(imported.module)) from = true;
  });
  return from;
}
