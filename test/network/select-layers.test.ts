import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { selectLayers } from "../../src/network/select-layers.ts";

const known = [
	"layer.0.attention.output.dense",
	"layer.0.output.dense",
	"layer.10.output.dense",
	"classifier",
];

describe("selectLayers", () => {
	it.each([
		[[], known],
		[
			["classifier", "layer.0.output.dense"],
			[known[1], known[3]],
		],
		[["*.output.dense"], known.slice(0, 3)],
		[["layer.?.*"], known.slice(0, 2)],
		[["*", "classifier"], known],
	] as const)(
		"%j selects in network order, each layer once",
		(patterns, selected) => {
			expect(selectLayers(known, patterns, "demo.yaml")).toEqual(selected);
		},
	);

	it("takes a dot as a dot", () => {
		expect(() => selectLayers(["layerX0"], ["layer.0*"], "n")).toThrow();
	});

	it("selects every layer by its own name, whatever it is called", () => {
		fc.assert(
			fc.property(
				fc.uniqueArray(fc.stringMatching(/^[^*?]+$/), { minLength: 1 }),
				(names) => {
					for (const name of names)
						expect(selectLayers(names, [name], "n")).toEqual([name]);
				},
			),
		);
	});

	it("refuses a pattern that selects nothing, with a suggestion", () => {
		const action = (): unknown =>
			selectLayers(known, ["classifer"], "demo.yaml");
		expect(action).toThrow(ConfigError);
		expect(action).toThrow(
			expect.objectContaining({
				code: "layer_unknown",
				message: 'layer "classifer" is not in the descriptor of demo.yaml',
				hint: 'did you mean "classifier"?',
			}),
		);
		expect(() => selectLayers(known, ["zzz*"], "demo.yaml")).toThrow(
			expect.objectContaining({
				hint: expect.stringContaining("its layers are layer.0.attention"),
			}),
		);
	});
});
