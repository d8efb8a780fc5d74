/** Names for layers, from the module paths that exporters leave in node names. */
import type { Candidate } from "./candidates.ts";
import { modulePathOf } from "./module-path.ts";

/**
 * A distinct name per candidate: its module path (`/encoder/layer.0/output/dense/Add` gives `encoder.layer.0.output.dense`), shortened from the left
 * while it stays distinct. Residual sums, and functions that share a module, keep the operator as last part (`layer.0.Add_1`); the sum that is a
 * block's output (`blockOutputs`, by tensor) has the block's name.
 */
export function nameCandidates(
	candidates: readonly Candidate[],
	blockOutputs: ReadonlySet<string> = new Set(),
): readonly string[] {
	const modules = candidates.map(({ nodes, tensor }) =>
		modulePathOf(nodes.at(-1), tensor),
	);
	const keys = modules.map(({ path }) => path.join("/"));
	const counts = new Map<string, number>();
	for (const [index, key] of keys.entries())
		if (!isBare(candidates[index] as Candidate, blockOutputs))
			counts.set(key, (counts.get(key) ?? 0) + 1);
	const endings = new Map<string, number>();
	for (const key of new Set(keys)) {
		const segments = key.split("/");
		for (let start = 0; start < segments.length; start += 1) {
			const ending = segments.slice(start).join("/");
			endings.set(ending, (endings.get(ending) ?? 0) + 1);
		}
	}
	const taken = new Map<string, number>();
	return modules.map(({ path, leaf }, index) => {
		const candidate = candidates[index] as Candidate;
		const alone =
			isBare(candidate, blockOutputs) ||
			(candidate.kind !== "residual" && counts.get(path.join("/")) === 1);
		const module = shortest(path, endings);
		const parts =
			path.length === 0 ? [leaf] : alone ? [module] : [module, leaf];
		const name = parts.join(".");
		const uses = (taken.get(name) ?? 0) + 1;
		taken.set(name, uses);
		return uses === 1 ? name : `${name}.${uses}`;
	});
}

/** A sum that stands for its whole module. */
function isBare(
	{ kind, tensor }: Candidate,
	blockOutputs: ReadonlySet<string>,
): boolean {
	return kind === "residual" && blockOutputs.has(tensor);
}

/** The shortest ending that no other module has and that does not start with a bare number. */
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
