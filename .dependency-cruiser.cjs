// The import law of ARCHITECTURE.md, as data: what each folder under src may import besides itself and packages.
const all = [
  'base',
  'model',
  'protocol',
  'otlp',
  'redaction',
  'store',
  'journal',
  'forward',
  'sources',
  'insights',
  'formats',
  'lint',
];
const law = {
  base: [],
  model: ['base'],
  protocol: ['base', 'model'],
  otlp: ['base', 'model', 'protocol'],
  redaction: ['base', 'model', 'protocol', 'otlp'],
  store: ['base', 'model', 'protocol', 'otlp', 'redaction'],
  journal: ['base', 'model', 'protocol'],
  forward: ['base', 'model', 'protocol', 'otlp'],
  sources: ['base', 'model', 'protocol'],
  insights: ['base', 'model', 'protocol'],
  formats: ['base', 'model', 'protocol', 'otlp'],
  lint: ['base', 'model', 'protocol'],
  engine: all,
  analysis: all,
  cli: [...all, 'engine', 'analysis'],
  preload: ['protocol/preload', 'protocol/fileRoutes'],
  host: ['base', 'model', 'protocol'],
};
/** Packages that belong to one room of the house. */
const rooms = {
  '^vscode$': '^src/(host/|extension\\.ts$)',
  '^vscode-languageclient': '^src/host/analysis/',
  '^vscode-languageserver': '^src/analysis/',
  'node_modules/(ts-morph|typescript)/': '^src/(lint|analysis)/',
  // For tests and benchmarks alone: what ships reads and writes the wire by itself.
  'node_modules/protobufjs/': '^test/',
  'node_modules/(@types/)?ws/': '^src/(engine/windows/|host/attach/inspector\\.ts$)',
  'node_modules/@opentelemetry/': '^src/preload/sdk/',
  'node_modules/web-tree-sitter/': '^src/analysis/languages/',
  'node_modules/lit': '^webview/',
  'node_modules/@vscode/webview-ui-toolkit': '^webview/shared/controls\\.ts$',
};

module.exports = {
  forbidden: [
    ...Object.entries(law).map(([folder, allowed]) => ({
      name: `${folder}-may-import`,
      comment: `src/${folder} may import ${allowed.join(', ') || 'nothing of ours'}`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: '^(src|webview)/', pathNot: `^src/(${[folder, ...allowed].join('|')})(/|\\.ts$)` },
    })),
    {
      name: 'webview-may-import',
      severity: 'error',
      from: { path: '^webview/' },
      to: { path: '^src/', pathNot: '^src/(base|model|protocol)/' },
    },
    ...Object.entries(rooms).map(([pkg, home]) => ({
      name: `only-in-${home}`,
      comment: `${pkg} may be imported from ${home} only`,
      severity: 'error',
      from: { path: '^(src|webview)/', pathNot: home },
      to: { path: pkg },
    })),
    { name: 'no-circular', severity: 'error', from: { path: '^(src|webview)/' }, to: { circular: true } },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      from: { path: '^(src|webview)/' },
      to: { couldNotResolve: true, pathNot: '^vscode$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
