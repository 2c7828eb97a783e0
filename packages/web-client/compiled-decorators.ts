/**
 * Lit's decorators as what they stand for, in a build: `static properties`, getters and `customElements.define`. It is what Lit's own
 * idiomaticDecoratorsTransformer (@lit/ts-transformers) makes of them, and a twentieth of the page's script smaller than calling
 * each of them when the page begins.
 */
import { type ESTree, parseSync, type Plugin } from 'vite';

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

interface Call {
  readonly start: number;
  readonly end: number;
  readonly name: string;
  /** As they are written. */
  readonly args: readonly string[];
}

function callOf({ expression, start, end }: ESTree.Decorator, code: string): Call {
  if (expression.type !== 'CallExpression' || expression.callee.type !== 'Identifier') {
    throw new Error(`"${code.slice(start, end)}" is not a decorator of Lit's, called by its name`);
  }
  const args = expression.arguments.map((argument) => code.slice(argument.start, argument.end));
  return { start, end, name: expression.callee.name, args };
}

/** @param kept found once, and there from the first drawing on */
function getterOf(name: string, selector: string, kept: boolean): string {
  const find = `this.renderRoot?.querySelector(${selector}) ?? null`;
  return kept
    ? `#${name}; get ${name}() { return (this.#${name} ??= ${find}); }`
    : `get ${name}() { return ${find}; }`;
}

function editsOf(element: ESTree.Class, code: string): Edit[] {
  const edits: Edit[] = [];
  const properties: string[] = [];
  for (const member of element.body.body) {
    if (!('decorators' in member) || !('key' in member) || member.key.type !== 'Identifier') continue;
    const { name: field } = member.key;
    for (const { start, end, name, args } of member.decorators.map((each) => callOf(each, code))) {
      const [first = '{}', kept] = args;
      if (name === 'query') {
        edits.push({ start: member.start, end: member.end, text: getterOf(field, first, kept === 'true') });
      } else if (name === 'property' || name === 'state') {
        properties.push(`${field}: ${name === 'state' ? '{ state: true }' : first}`);
        edits.push({ start, end, text: '' });
      } else {
        throw new Error(`@${name} of "${field}" is not compiled: property, state and query are`);
      }
    }
  }
  const body = element.body.start + 1;
  if (properties.length > 0) {
    edits.push({ start: body, end: body, text: ` static properties = { ${properties.join(', ')} };` });
  }
  for (const { start, end, name, args } of element.decorators.map((each) => callOf(each, code))) {
    if (name !== 'customElement') throw new Error(`@${name} of a class is not compiled: customElement is`);
    edits.push({ start, end, text: '' });
    const define = `\ncustomElements.define(${args[0]}, ${element.id?.name});\n`;
    edits.push({ start: code.length, end: code.length, text: define });
  }
  return edits;
}

export function compiledDecorators(): Plugin {
  return {
    name: 'compiled-decorators',
    enforce: 'pre',
    apply: 'build',
    transform(code, id) {
      if (!id.endsWith('.ts') || !code.includes(`'lit/decorators.js'`)) return null;
      const { program } = parseSync(id, code);
      const edits = program.body
        .map((statement) => (statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement))
        .filter((statement): statement is ESTree.Class => statement?.type === 'ClassDeclaration')
        .flatMap((element) => editsOf(element, code))
        .sort((one, other) => other.start - one.start);
      const compiled = edits.reduce(
        (text, edit) => text.slice(0, edit.start) + edit.text + text.slice(edit.end),
        code,
      );
      return { code: compiled, map: null };
    },
  };
}
