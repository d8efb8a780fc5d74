import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import {
	installedVersion,
	missing,
	noBinary,
	testedVersion,
} from "../../src/llm/llama-cpp-library.ts";
import { root } from "../support/cli.ts";
import { temporaryFolder } from "../support/temporary-store.ts";

/** A module beside an installed node-llama-cpp of this version. */
function besideVersion(version: string): string {
	const folder = temporaryFolder();
	const installed = join(folder, "node_modules/node-llama-cpp");
	mkdirSync(join(installed, "dist"), { recursive: true });
	writeFileSync(
		join(installed, "package.json"),
		JSON.stringify({
			version,
			type: "module",
			exports: { ".": { import: "./dist/index.js", node: "./dist/index.js" } },
		}),
	);
	writeFileSync(join(installed, "dist/index.js"), "throw new Error();");
	return pathToFileURL(join(folder, "module.js")).href;
}

describe("the optional peer node-llama-cpp", () => {
	it("its version is known without loading it", () => {
		expect(installedVersion(besideVersion("3.22.4"))).toBe("3.22.4");
	});

	it("is null when it is not installed", () => {
		const lonely = pathToFileURL(join(temporaryFolder(), "module.js")).href;
		expect(installedVersion(lonely)).toBeNull();
	});

	it("another minor version is refused with the command that installs the right one", () => {
		expect(() => installedVersion(besideVersion("3.23.0"))).toThrow(
			expect.objectContaining({
				code: "llama_cpp_version",
				message: "node-llama-cpp 3.23.0 is installed: expected 3.22.1",
				hint: "Install the version that is tested: npm install node-llama-cpp@3.22.1",
			}),
		);
	});

	it("the version that is tested is the one in package.json", () => {
		const { peerDependencies, peerDependenciesMeta } = JSON.parse(
			readFileSync(join(root, "package.json"), "utf8"),
		);
		expect(peerDependencies["node-llama-cpp"]).toBe(testedVersion);
		expect(peerDependenciesMeta["node-llama-cpp"]).toEqual({ optional: true });
	});

	it("what is missing is said with the command that installs it", () => {
		expect(missing()).toMatchObject({
			code: "llama_cpp_missing",
			message:
				"the provider llama-cpp needs the package node-llama-cpp, which is not installed",
			hint: "Install it where audio-dissect is installed (add -g when that is global): npm install node-llama-cpp@3.22.1",
		});
		expect(noBinary(new Error("NoBinaryFoundError"))).toMatchObject({
			code: "llama_cpp_no_binary",
			message: `node-llama-cpp has no binary for this machine (${process.platform}-${process.arch})`,
		});
	});
});
