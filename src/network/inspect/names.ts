/** Names for layers, from the module paths that exporters leave in node names. */
import type { Candidate } from "./candidates.ts";

/**
 * A distinct name per candidate: its module path (`/encoder/layer.0/output/dense/Add` gives `encoder.layer.0.output.dense`), shortened from the left
 * while it stays distinct. Residual sums, and functions that share a module, keep the operator as last part (`layer.0.Add_1`).
 */
export function nameCandidates(
	candidates: readonly Candidate[],
): readonly string[] {
	const modules = candidates.map(modulePath);
	const counts = new Map<string, number>();
	for (const { path } of modules)
		counts.set(path.join("/"), (counts.get(path.join("/")) ?? 0) + 1);
	const full = modules.map(({ path, leaf }, index) => {
		const shared = (counts.get(path.join("/")) ?? 0) > 1;
		const keepLeaf = shared || candidates[index]?.kind === "residual";
		// The operator alone says nothing: it stays together with its module.
		const tail = [path.at(-1) ?? "", leaf].filter((part) => part !== "");
		if (path.length === 0) return [leaf];
		return keepLeaf ? [...path.slice(0, -1), tail.join(".")] : path;
	});
	const endings = new Map<string, number>();
	for (const segments of full)
		for (let start = 0; start < segments.length; start += 1) {
			const ending = segments.slice(start).join("/");
			endings.set(ending, (endings.get(ending) ?? 0) + 1);
		}
	const taken = new Map<string, number>();
	return full.map((segments) => {
		const name = shortest(segments, endings);
		const uses = (taken.get(name) ?? 0) + 1;
		taken.set(name, uses);
		return uses === 1 ? name : `${name}.${uses}`;
	});
}

/** The shortest ending that no other layer has and that does not start with a bare number. */
function shortest(
	segments: readonly string[],
	endings: ReadonlyMap<string, number>,
): string {
	for (let start = segments.length - 1; start > 0; start -= 1) {
		const ending = segments.slice(start);
		const bareNumber = /^\d+$/.test(ending[0] ?? "");
		if (!bareNumber && endings.get(ending.join("/")) === 1)
			return ending.join(".");
	}
	return segments.join(".");
}

/** Module path and operator name; the path is empty when the names are not paths. */
function modulePath(candidate: Candidate): {
	readonly path: readonly string[];
	readonly leaf: string;
} {
	const last = candidate.nodes.at(-1);
	const name = last?.name || candidate.tensor;
	const segments = name
		.replace(/[#*?]/g, "_")
		.split("/")
		.filter((segment) => segment !== "");
	return {
		path: segments.slice(0, -1),
		leaf: segments.at(-1) ?? candidate.tensor,
	};
}
