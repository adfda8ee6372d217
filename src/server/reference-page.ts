import type { Description } from './openapi.ts';

/** The reference of the API as a page: no script, nothing from elsewhere. */
export function referencePage({ info, paths = {} }: Description): string {
  const routes = Object.entries(paths).flatMap(([path, methods = {}]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => route(path, method, operation)),
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${text(info.title)}: reference</title>
<style>${STYLE}</style>
<main>
<h1>${text(info.title)} ${text(info.version)}</h1>
<p>${text(info.description ?? '')}</p>
<p>As data: <a href="/openapi.json">openapi.json</a>.</p>
${routes.join('\n')}
</main>
</html>
`;
}

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly description?: string;
    readonly schema?: { readonly description?: string; readonly default?: unknown; readonly enum?: readonly unknown[] };
  }[];
  readonly requestBody?: { readonly description?: string; readonly content?: object };
  readonly responses?: Readonly<Record<string, { readonly description: string }>>;
}

function route(path: string, method: string, operation: Operation): string {
  const { summary = '', description = '', parameters = [], requestBody, responses = {} } = operation;
  const rows = (cells: readonly (readonly [string, string])[]) =>
    cells.map(([name, what]) => `<tr><td><code>${text(name)}</code></td><td>${text(what)}</td></tr>`).join('');
  const tables = PLACES.map(([place, caption]) => {
    const asked = parameters.filter((parameter) => parameter.in === place);
    return asked.length ? `<table><caption>${caption}</caption>${rows(asked.map(parameterRow))}</table>` : '';
  });
  return `<section>
<h2><code>${text(method.toUpperCase())} ${text(path)}</code></h2>
<p>${text(summary)}. ${text(description)}</p>
${requestBody ? `<p>Body: ${text(requestBody.description ?? '')} (${text(Object.keys(requestBody.content ?? {}).join(', '))})</p>` : ''}
${tables.filter(Boolean).join('\n')}
<table><caption>Answers</caption>${rows(Object.entries(responses).map(([status, one]) => [status, one.description] as const))}</table>
</section>`;
}

/** Where parameters stand, and what that is called here. */
const PLACES = [
  ['path', 'In the address'],
  ['query', 'Query'],
  ['header', 'Headers'],
] as const;

function parameterRow({ name, description, schema }: NonNullable<Operation['parameters']>[number]): [string, string] {
  const values = schema?.enum ? `: ${schema.enum.join(', ')}` : '';
  const fallback = schema?.default === undefined ? '' : ` (default: ${schema.default})`;
  return [name, `${description ?? schema?.description ?? ''}${values}${fallback}`];
}

const text = (value: unknown): string =>
  String(value).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
main { max-width: 52rem; margin: 2rem auto; padding: 0 1rem }
section { border-top: 1px solid #8886; padding: .5rem 0 1rem }
h2 { font-size: 1.1rem }
table { border-collapse: collapse; width: 100% }
caption { text-align: left; font-weight: 600; padding: .5rem 0 }
td { border-top: 1px solid #8884; padding: .25rem .75rem .25rem 0; vertical-align: top }
td:first-child { white-space: nowrap; width: 1% }
`;
