import { expect, it } from "vitest";
import { classNames } from "../../../src/analysis/report/outputs.ts";

it("names the units of the output layer and of its further poolings only", () => {
	const classes = ["rain", "wind"];
	for (const output of ["logits", { layer: "logits", kind: "logits" }]) {
		const name = classNames({ classes, output, more: 1 });
		expect(name("logits", 1)).toBe("wind");
		expect(name("logits@max", 0)).toBe("rain");
		expect(name("logits", 2)).toBeNull();
		expect(name("logits2", 0)).toBeNull();
		expect(name("other@logits", 0)).toBeNull();
	}
});

it.each([
	[{ classes: null, output: "logits" }],
	[{ output: "logits" }],
	[{ classes: ["rain"], output: null }],
	[{ classes: [1], output: "logits" }],
	["nonsense"],
])("names nothing for %j", (descriptor) => {
	expect(classNames(descriptor as never)("logits", 0)).toBeNull();
});
