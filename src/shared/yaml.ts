/** YAML in, plain values out, every problem with file:line:column. The only file that knows the yaml package. */
import {
	isAlias,
	isMap,
	isPair,
	isScalar,
	isSeq,
	LineCounter,
	type Node,
	parseDocument,
} from "yaml";

/** Where something stands in a YAML text; both count from 1. */
type YamlPosition = { readonly line: number; readonly column: number };

export type YamlFile = {
	readonly value: unknown;
	/** Position of the value at `path`; with `key: true` of its key. The nearest enclosing thing when the path does not exist. */
	readonly positionOf: (
		path: readonly PropertyKey[],
		options?: { readonly key?: boolean },
	) => YamlPosition;
};

export type YamlProblem = { readonly message: string } & YamlPosition;

/** Parses one YAML document. Returns the problems instead when there are any (duplicate keys are one). */
export function parseYaml(
	text: string,
): YamlFile | { readonly problems: readonly YamlProblem[] } {
	const lineCounter = new LineCounter();
	const document = parseDocument(text, {
		lineCounter,
		prettyErrors: false,
		uniqueKeys: true,
	});
	const at = (offset: number): YamlPosition => {
		const { line, col } = lineCounter.linePos(offset);
		return { line: Math.max(1, line), column: Math.max(1, col) };
	};
	const errors = document.errors.map((error) => ({
		message: error.message,
		...at(error.pos[0]),
	}));
	if (errors.length > 0) return { problems: errors };
	let value: unknown;
	try {
		value = document.toJS({ maxAliasCount: 100 });
	} catch (error) {
		return {
			problems: [
				{
					message: error instanceof Error ? error.message : String(error),
					line: 1,
					column: 1,
				},
			],
		};
	}
	return {
		value,
		positionOf: (path, options = {}) => {
			let node: Node | null = document.contents;
			let offset = node?.range?.[0] ?? 0;
			for (const [depth, key] of path.entries()) {
				if (isAlias(node)) node = node.resolve(document) ?? null;
				let child: unknown;
				if (isMap(node)) {
					const pair = node.items.find(
						(item) =>
							isPair(item) &&
							isScalar(item.key) &&
							String(item.key.value) === String(key),
					);
					const wantKey = options.key === true && depth === path.length - 1;
					child = wantKey ? pair?.key : (pair?.value ?? pair?.key);
				} else if (isSeq(node)) child = node.items[Number(key)];
				if (
					child === undefined ||
					child === null ||
					typeof child !== "object" ||
					!("range" in child)
				)
					break;
				node = child as Node;
				offset = node.range?.[0] ?? offset;
			}
			return at(offset);
		},
	};
}
