/** Where workers are, and that onnxruntime reports nothing to its maker once one starts. */
import { readdirSync } from "node:fs";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { workerUrl } from "../../src/shared/worker-url.ts";
import { root, runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/study.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

describe("workerUrl", () => {
	afterEach(() => {
		vi.unstubAllEnvs();
	});

	it("is beside the module, of a source file in dist/", () => {
		expect(workerUrl("./w.js", "file:///a/dist/b/c.js").pathname).toBe(
			"/a/dist/b/w.js",
		);
		expect(workerUrl("./w.js", "file:///src/a/src/b/c.ts").pathname).toBe(
			"/src/a/dist/b/w.js",
		);
	});

	it("switches onnxruntime's telemetry off, unless somebody set it", () => {
		vi.stubEnv("ORT_DISABLE_TELEMETRY", undefined);
		workerUrl("./w.js", "file:///a/b.js");
		expect(process.env.ORT_DISABLE_TELEMETRY).toBe("1");
		vi.stubEnv("ORT_DISABLE_TELEMETRY", "0");
		workerUrl("./w.js", "file:///a/b.js");
		expect(process.env.ORT_DISABLE_TELEMETRY).toBe("0");
	});

	// With telemetry onnxruntime 1.30 writes .cache/Microsoft/DeveloperTools/.onnxruntime there (on Linux, and where CI is not set).
	it("nothing is left in the user's home by a verb that opens a network", async () => {
		for (const name of ["CI", "XDG_CACHE_HOME", "ORT_DISABLE_TELEMETRY"])
			vi.stubEnv(name, undefined);
		const { code } = await runCli(
			["inspect", `${root}demo/networks/tiny-ast.onnx`],
			{ env: { HOME: folder.path } },
		);
		expect(code).toBe(0);
		expect(readdirSync(folder.path)).toEqual([]);
	});
});
