// Bundled by lint.ts and started by plain Node as a process of its own: `tsmorph` is what one would write first: a ts-morph project over
// everything, with the types of every call; `tseslint` is the typed rule nearest to ours. Each loads
// what it needs and no more.

/** The name argument's and the receiver's types of each call that starts a span. */
async function tsmorph(root: string): Promise<number> {
  const { Project, SyntaxKind } = await import('ts-morph');
  const project = new Project({ tsConfigFilePath: `${root}/tsconfig.json` });
  let found = 0;
  for (const file of project.getSourceFiles())
    for (const call of file.getDescendantsOfKind(SyntaxKind.CallExpression)) {
      const callee = call.getExpressionIfKind(SyntaxKind.PropertyAccessExpression);
      if (!callee || !/^start(Active)?Span$/.test(callee.getName())) continue;
      const receiver = callee.getExpression().getType().getSymbol()?.getName();
      if (receiver === 'Tracer' && !call.getArguments()[0]?.getType().isLiteral()) found++;
    }
  return found;
}

async function floatingPromises(root: string): Promise<number> {
  const [{ ESLint }, { default: tseslint }] = await Promise.all([import('eslint'), import('typescript-eslint')]);
  const eslint = new ESLint({
    cwd: root,
    overrideConfigFile: true,
    overrideConfig: [
      {
        files: ['**/*.ts'],
        languageOptions: {
          parser: tseslint.parser,
          parserOptions: { project: './tsconfig.json', tsconfigRootDir: root },
        },
        plugins: { '@typescript-eslint': tseslint.plugin },
        rules: { '@typescript-eslint/no-floating-promises': 'error' },
      },
    ],
  });
  const results = await eslint.lintFiles(['src']);
  const fatal = results.flatMap(({ messages }) => messages).find((message) => message.fatal);
  if (fatal) throw new Error(`typescript-eslint could not read the workspace: ${fatal.message}`);
  return results.reduce((sum, { errorCount }) => sum + errorCount, 0);
}

const RIVALS: Readonly<Record<string, (root: string) => Promise<number>>> = {
  tsmorph,
  tseslint: floatingPromises,
};

export {};

const [, , rival, root] = process.argv;
console.log(JSON.stringify({ found: await RIVALS[rival](root) }));
