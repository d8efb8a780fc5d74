/** A key that the provider does not know ends a dissection before anything is recorded. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { dissect } from "../../src/dissect.ts";
import { LanguageModelError } from "../../src/errors.ts";
import { packageFile } from "../../src/shared/package.ts";
import { openStudy } from "../../src/study.ts";
import { rejection } from "../llm/helpers.ts";
import { temporaryFolder } from "../support/temporary-store.ts";

afterEach(() => {
	vi.unstubAllGlobals();
	vi.unstubAllEnvs();
});

test("before recording, once for all models of one key, and only then", async () => {
	vi.stubEnv("TEST_KEY", "sk-wrong-0123456789");
	const asked: string[] = [];
	vi.stubGlobal("fetch", async (input: string | URL) => {
		asked.push(`${input}`);
		return new Response(
			JSON.stringify({ error: { message: "no", code: "invalid_api_key" } }),
			{ status: 401, headers: { "content-type": "application/json" } },
		);
	});
	const directory = temporaryFolder();
	const config = await loadConfig({
		path: packageFile("config/demo.yaml"),
		set: [
			`store=${JSON.stringify(directory)}`,
			"languageModel={provider: openai, model: gpt-4.1, apiKeyEnv: TEST_KEY, check: false, modules: {acoustic-filter: {model: gpt-4.1-mini}}}",
		],
	});
	const study = await openStudy({ config });
	try {
		expect(asked).toEqual([]);
		const error = await rejection(dissect(study), LanguageModelError);
		expect(error.code).toBe("auth_failed");
		expect(asked).toEqual(["https://api.openai.com/v1/models"]);
		expect(existsSync(join(directory, "recordings"))).toBe(false);
		expect(study.store.listRuns()).toEqual([]);
	} finally {
		await study.close();
	}
	const recordOnly = await openStudy({ config, describes: false });
	expect(recordOnly.writer).toBeNull();
	await recordOnly.close();
});
