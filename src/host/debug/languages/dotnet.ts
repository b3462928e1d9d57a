import { type Language, type Launch, pathsOf, type Preparation, variable } from './language';
import { otlpEndpoint } from './otlpEndpoint';

const HOOKS = 'DOTNET_STARTUP_HOOKS';

/**
 * OpenTelemetry's automatic instrumentation where it is installed, by its startup hook alone: the profiler that it has as well needs a
 * library for each platform, and would shut out the debugger's own.
 */
export const DOTNET: Language = {
  id: 'dotnet',
  types: ['coreclr', 'clr', 'dotnet'],
  async prepare(launch: Launch): Promise<Preparation> {
    const preparation = otlpEndpoint(launch);
    // It would send to the user's backend what the program itself never did.
    if (preparation.limit !== undefined) return preparation;
    const hook = await startupHook(launch);
    return hook ? { ...preparation, env: { ...preparation.env, ...hook } } : preparation;
  },
};

async function startupHook(launch: Launch): Promise<Record<string, string> | undefined> {
  const { platform, files, homeFolder } = launch;
  const paths = pathsOf(launch);
  const present = variable(launch, HOOKS) ?? '';
  if (present.includes('OpenTelemetry.AutoInstrumentation')) return undefined;
  const program = variable(launch, 'ProgramFiles');
  const installed =
    platform === 'win32' && program
      ? paths.join(program, 'OpenTelemetry .NET AutoInstrumentation')
      : paths.join(homeFolder, '.otel-dotnet-auto');
  const home = variable(launch, 'OTEL_DOTNET_AUTO_HOME') || installed;
  const hook = paths.join(home, 'net', 'OpenTelemetry.AutoInstrumentation.StartupHook.dll');
  if (!(await files.exists(hook))) return undefined;
  const put = (key: string, value: string): string =>
    [value, variable(launch, key)].filter(Boolean).join(paths.delimiter);
  return {
    OTEL_DOTNET_AUTO_HOME: home,
    [HOOKS]: put(HOOKS, hook),
    DOTNET_ADDITIONAL_DEPS: put('DOTNET_ADDITIONAL_DEPS', paths.join(home, 'AdditionalDeps')),
    DOTNET_SHARED_STORE: put('DOTNET_SHARED_STORE', paths.join(home, 'store')),
  };
}
