import fc from "fast-check";
import { expect, it } from "vitest";
import {
	clipFile,
	layerFolder,
	layerPageFile,
} from "../../../src/analysis/report/names.ts";

it("numbers folders in network order and keeps readable names", () => {
	expect(layerFolder(0, "layer.0.output.dense")).toBe(
		"layers/01-layer.0.output.dense",
	);
	expect(layerFolder(12, "/encoder/layer.3/Add_1")).toBe(
		"layers/13-encoder-layer.3-Add_1",
	);
	expect(layerFolder(1, "層")).toBe("layers/02");
	expect(layerPageFile(0)).toBe("index.html");
	expect(layerPageFile(2)).toBe("page-3.html");
	expect(clipFile("0123456789abcdef0123456789abcdef", "flac")).toBe(
		"0123456789abcdef0123.flac",
	);
});

it("never leaves its folder and never needs escaping in a link", () => {
	fc.assert(
		fc.property(
			fc.nat(200),
			fc.oneof(
				fc.string({ unit: "binary" }),
				fc.constantFrom("../../etc", "..", ".", "a/../b", "CON", "x."),
			),
			(position, layer) => {
				const folder = layerFolder(position, layer);
				expect(folder).toMatch(/^layers\/\d{2,}(?:-[A-Za-z0-9_][\w.-]*)?$/);
				expect(folder).not.toMatch(/[.-]$/);
				expect(folder).not.toContain("/.");
			},
		),
	);
});

it("keeps layers apart whose names differ only in what is dropped", () => {
	const folders = ["a/b", "a-b", "A-B"].map((name, index) =>
		layerFolder(index, name).toLowerCase(),
	);
	expect(new Set(folders).size).toBe(3);
});
