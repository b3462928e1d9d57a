import { type Language, type Launch, pathsOf, type Preparation, variable } from './language';
import { otlpEndpoint } from './otlpEndpoint';

const AGENT_FILE = 'opentelemetry-javaagent.jar';
const OPTIONS = ['JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS', '_JAVA_OPTIONS'];
const AGENT = /-javaagent:\S*(opentelemetry|otel|dd-java-agent|elastic-apm|newrelic|applicationinsights)/i;

/**
 * OpenTelemetry's agent where its jar is: by the virtual machine's arguments, since JAVA_TOOL_OPTIONS has every Java program below say
 * so on its stderr.
 */
export const JAVA: Language = {
  id: 'java',
  types: ['java'],
  async prepare(launch: Launch): Promise<Preparation> {
    const preparation = otlpEndpoint(launch);
    // An agent would send to the user's backend what the program itself never did.
    if (preparation.limit !== undefined || hasAgent(launch)) return preparation;
    const agent = await findAgent(launch);
    if (agent === undefined) return preparation;
    return { ...preparation, attributes: { vmArgs: withAgent(launch.config.vmArgs, agent) } };
  },
};

function hasAgent(launch: Launch): boolean {
  const { vmArgs } = launch.config;
  const args = [vmArgs].flat().filter((each) => typeof each === 'string');
  return [...args, ...OPTIONS.map((key) => variable(launch, key) ?? '')].some((text) => AGENT.test(text));
}

async function findAgent(launch: Launch): Promise<string | undefined> {
  const { javaAgent, workspaceFolder, files } = launch;
  const paths = pathsOf(launch);
  const configured = javaAgent.trim();
  const candidates = configured ? [configured] : workspaceFolder ? [paths.join(workspaceFolder, AGENT_FILE)] : [];
  for (const candidate of candidates) if (await files.exists(candidate)) return candidate;
  return undefined;
}

/** In the shape that the configuration has; a text is taken apart at spaces outside quotes. */
function withAgent(vmArgs: unknown, agent: string): string | string[] {
  const option = `-javaagent:${agent}`;
  if (Array.isArray(vmArgs)) return [option, ...(vmArgs as string[])];
  const quoted = /\s/.test(option) ? `"${option}"` : option;
  return typeof vmArgs === 'string' && vmArgs.trim() !== '' ? `${quoted} ${vmArgs}` : quoted;
}
