import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadNetwork } from "../../src/network/load.ts";

const demo = fileURLToPath(
	new URL("../../config/networks/demo.yaml", import.meta.url),
);
const imported = fileURLToPath(
	new URL("../fixtures/import/activations/activations.json", import.meta.url),
);

test("one pooling for every layer but the output layer, in the identity of a recording too", async () => {
	const layers = ["layer.0.output.dense", "classifier"];
	const plain = await loadNetwork({ descriptor: demo, layers });
	const first = await loadNetwork({
		descriptor: demo,
		layers,
		pooling: "first",
	});
	const poolings = ({ layers: all }: typeof plain) =>
		all.map(({ name, pooling, windows }) => [name, pooling, windows]);
	expect(poolings(plain)).toEqual([
		["layer.0.output.dense", "mean", "mean"],
		["classifier", "none", "mean"],
	]);
	expect(poolings(first)).toEqual([
		["layer.0.output.dense", "first", "mean"],
		["classifier", "none", "mean"],
	]);
	expect(first.identity).not.toEqual(plain.identity);
	const max = await loadNetwork({ descriptor: demo, layers, pooling: "max" });
	expect(poolings(max)[0]).toEqual(["layer.0.output.dense", "max", "max"]);
});

test("imported activations are pooled already: pooling_fixed", async () => {
	await expect(
		loadNetwork({ descriptor: imported, pooling: "first" }),
	).rejects.toMatchObject({
		code: "pooling_fixed",
		message: expect.stringContaining("activations.json were pooled before"),
	});
});
