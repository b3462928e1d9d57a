import type { FileModel } from '../model';
import type { ProjectFacts } from '../rule';

/** Packages that only functions of a cloud have a use for: their types, frameworks and platforms. */
const PACKAGES = [
  '@opentelemetry/instrumentation-aws-lambda',
  '@types/aws-lambda',
  'aws-lambda',
  '@aws-lambda-powertools/tracer',
  '@aws-lambda-powertools/logger',
  '@middy/core',
  'serverless',
  'serverless-http',
  '@codegenie/serverless-express',
  '@vendia/serverless-express',
  '@vercel/otel',
  '@vercel/functions',
  '@vercel/node',
  '@netlify/functions',
  '@azure/functions',
  '@google-cloud/functions-framework',
  'firebase-functions',
  '@cloudflare/workers-types',
  'wrangler',
];
/** Modules that those packages and their runtimes give. */
const MODULES =
  /^(aws-lambda|@types\/aws-lambda|@aws-lambda-powertools\/|@middy\/|serverless-http|@(codegenie|vendia)\/serverless-express|@vercel\/(otel|functions|node|edge)|@netlify\/functions|@azure\/functions|@google-cloud\/functions|firebase-functions|cloudflare:|@cloudflare\/|@opentelemetry\/instrumentation-aws-lambda)/;
const DEPLOYED =
  /\b((serverless|sls|sam|netlify|wrangler|chalice) (deploy|dev|invoke|publish|offline)|vercel( dev| deploy| --prod|$)|func (start|azure)|gcloud functions deploy|firebase deploy --only functions)\b/;
/** Variables that the platforms set. */
const VARIABLES =
  /\benv\??(\.|\[['"`])(AWS_LAMBDA_\w+|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR|VERCEL(_\w+)?|NETLIFY|FUNCTION_TARGET|FUNCTIONS_WORKER_RUNTIME|FUNCTIONS_EXTENSION_VERSION|K_SERVICE)\b/;
/** Folders and files called so, and not `knowledge/`. */
const PLACES = /(^|[/._-])(lambdas?|serverless|cloudflare|workerd|edge)(?=[/._-])/i;
const HANDLERS = ['handler', 'lambdaHandler'];

/** Whether the file is shown to run where the process is frozen after each request, before a batch of anything would go out. */
export function isServerless(file: FileModel, project: ProjectFacts): boolean {
  return (
    file.modules.some(({ module }) => MODULES.test(module)) ||
    HANDLERS.some((name) => file.exports.byName.has(name)) ||
    VARIABLES.test(file.text) ||
    PLACES.test(file.path.replaceAll('\\', '/')) ||
    project.scripts.some((script) => DEPLOYED.test(script)) ||
    PACKAGES.some((name) => project.dependsOn(name))
  );
}
