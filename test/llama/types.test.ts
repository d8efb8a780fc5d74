/** What the project says of node-llama-cpp's types, checked against the package itself. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../support/cli.ts";

/** Compiles a file that uses the real package as if it were the declared one; returns what the compiler prints. */
function compile(line: string): string {
	const folder = join(root, ".llama/types");
	mkdirSync(folder, { recursive: true });
	writeFileSync(
		join(folder, "check.ts"),
		`declare const real: typeof import("../peer/node_modules/node-llama-cpp/dist/index.js");
type Declared = typeof import("node-llama-cpp");
${line}
`,
	);
	const { stdout } = spawnSync(
		process.execPath,
		[
			join(root, "node_modules/typescript/bin/tsc"),
			...["--ignoreConfig", "--noEmit", "--strict", "--skipLibCheck"],
			...["--module", "nodenext", "--target", "es2023", "--types", "node"],
			...["--typeRoots", join(root, "node_modules/@types")],
			join(root, "src/llm/node-llama-cpp.d.ts"),
			join(folder, "check.ts"),
		],
		{ cwd: folder, encoding: "utf8" },
	);
	return stdout;
}

it("the declared types are those of the package", () => {
	expect(compile("export const declared: Declared = real;")).toBe("");
	expect(
		compile("export const wrong: Declared & { other(): void } = real;"),
	).toContain("'other'");
});
