import { Root, type IEnum, type IField, type INamespace, type IType, type Type } from 'protobufjs/light';
import type { EnumSchema, Field, MessageSchema } from '../../src/otlp/schema';

const types = new Map<MessageSchema, Type>();

/** The protobufjs type of a message, made on first use. */
export function reflected(schema: MessageSchema): Type {
  let type = types.get(schema);
  if (!type) {
    type = Root.fromJSON(describe(schema)).lookupType(schema.name);
    types.set(schema, type);
  }
  return type;
}

/** The message and all that it refers to, in the JSON form of protobufjs: a tree along the parts of the names. */
function describe(schema: MessageSchema): INamespace {
  const root: Node = { edition: 'proto3', nested: {} };
  const open: (MessageSchema | EnumSchema)[] = [schema];
  const seen = new Set(open);
  for (let next = open.pop(); next; next = open.pop()) {
    Object.assign(nodeAt(root, next.name), next.kind === 'enum' ? enumJson(next) : messageJson(next));
    if (next.kind === 'enum') continue;
    for (const { type } of next.fields) {
      if (typeof type === 'string' || seen.has(type)) continue;
      seen.add(type);
      open.push(type);
    }
  }
  return root;
}

interface Node {
  nested?: Record<string, Node>;
  edition?: string;
}

function nodeAt(root: Node, name: string): Node {
  let node = root;
  for (const part of name.split('.')) node = (node.nested ??= {})[part] ??= {};
  return node;
}

function messageJson({ fields }: MessageSchema): IType {
  return { fields: Object.fromEntries(fields.map((field) => [field.name, fieldJson(field)])) };
}

function fieldJson({ number, type, repeated }: Field): IField {
  const json = { id: number, type: typeof type === 'string' ? scalarName(type) : `.${type.name}` };
  return repeated ? { ...json, rule: 'repeated' } : json;
}

function scalarName(type: string): string {
  return type === 'traceId' || type === 'spanId' ? 'bytes' : type;
}

function enumJson({ values }: EnumSchema): IEnum {
  return { values: Object.fromEntries(values.map((value, number) => [value, number])) };
}
