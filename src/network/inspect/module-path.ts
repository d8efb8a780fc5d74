/** The module a node comes from, as exporters note it. */
import type { NodeProto } from "../../onnx/proto/types.ts";

export type ModulePath = {
	/** Modules from the outside in, an index kept with its list (`layers.0`); empty when the names are no paths. */
	readonly path: readonly string[];
	/** The operator inside of its module. */
	readonly leaf: string;
};

/** What torch's newer exporter writes per node: a Python list of module paths from the outside in, the operation last. */
const SCOPES_KEY = "pkg.torch.onnx.name_scopes";

/**
 * From torch's metadata when there is some (dynamo exports, whose node names are `node_linear_12`), else from a node name that is a path
 * (`/encoder/layer.0/output/dense/Add`, also of Keras exports). `name` stands in for a node without one.
 */
export function modulePathOf(
	node: NodeProto | undefined,
	name: string,
): ModulePath {
	const scopes = scopesOf(node);
	const leaf = scopes?.at(-1);
	if (scopes !== undefined && leaf !== undefined)
		return { path: modulesOf(scopes.at(-2) ?? ""), leaf: clean(leaf) };
	const segments = (node?.name || name)
		.split("/")
		.filter((segment) => segment !== "")
		.map(clean);
	return { path: segments.slice(0, -1), leaf: segments.at(-1) ?? clean(name) };
}

function scopesOf(node: NodeProto | undefined): readonly string[] | undefined {
	const text = node?.metadataProps?.find(
		({ key }) => key === SCOPES_KEY,
	)?.value;
	if (text === undefined) return undefined;
	return [...text.matchAll(/'([^']*)'/g)].map(([, scope = ""]) => scope);
}

/** `encoder.layers.0.fc1`: encoder, layers.0, fc1. */
function modulesOf(scope: string): readonly string[] {
	const modules: string[] = [];
	for (const part of scope.split(".").filter((name) => name !== "")) {
		const last = modules.at(-1);
		if (/^\d+$/.test(part) && last !== undefined)
			modules[modules.length - 1] = `${last}.${part}`;
		else modules.push(clean(part));
	}
	return modules;
}

/** Without the characters that layer names and patterns give a meaning to. */
function clean(text: string): string {
	return text.replace(/[#*?@]/g, "_");
}
