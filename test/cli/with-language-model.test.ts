/** A language model that writes the text, from the outside: what it is named for, and what each of its failures does. */
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runCli, startCli } from "../support/cli.ts";
import { startFakeLlmServer } from "../support/fake-llm-server.ts";
import { initRecordedStudy } from "../support/recorded-store.ts";
import { temporaryFolder } from "../support/study.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());
const inFolder = (...parts: string[]): string => join(folder.path, ...parts);

describe("with a language model", () => {
	const secret = "sk-test-5f1d0b7c9e";
	const study = async (
		name: string,
		server: { openAiUrl: string; url: string },
		provider = "openai",
	) =>
		initRecordedStudy(inFolder(name), {
			"provider: none": `provider: ${provider}`,
			"model: null": "model: fake",
			"baseUrl: null": `baseUrl: ${provider === "openai" ? server.openAiUrl : server.url}`,
			"maxRetries: 2": "maxRetries: 0",
		});

	it.each(["openai", "anthropic"])(
		"%s writes the text and is named for it",
		async (provider) => {
			const server = await startFakeLlmServer({ apiKey: secret });
			const config = await study(provider, server, provider);
			const env = { OPENAI_API_KEY: secret, ANTHROPIC_API_KEY: secret };
			const { code, stdout, stderr } = await runCli(
				["dissect", "--config", config],
				{ env },
			);
			expect(stderr).not.toContain("error");
			expect(code).toBe(0);
			expect(stdout).toContain(`text by    ${provider}, fake`);
			const calls = await runCli([
				"runs",
				"calls",
				"classifier#0",
				"--config",
				config,
			]);
			expect(calls.stdout).toMatch(
				/summarize {2}(openai|anthropic)\/fake {2}ok/,
			);
			await runCli(["report", "--config", config, "--quiet"]);
			// The key is nowhere: not in the store, the report, or the output.
			const { execFileSync } = await import("node:child_process");
			const found = execFileSync("sh", ["-c", `grep -rl ${secret} . || true`], {
				cwd: inFolder(provider),
				encoding: "utf8",
			});
			expect(found).toBe("");
			expect(stdout + stderr + calls.stdout).not.toContain(secret);
			await server.close();
		},
	);

	it("embeddings come from an OpenAI-compatible server, each distinct text once, and again from the store", async () => {
		const server = await startFakeLlmServer();
		const config = await initRecordedStudy(inFolder("embeddings"), {
			"provider: local": "provider: openai",
		});
		const set = [
			"--set",
			"embeddings.model=fake",
			"--set",
			`embeddings.baseUrl=${server.openAiUrl}`,
		];
		const run = ["dissect", "--config", config, "--quiet", ...set];
		expect((await runCli(run)).code).toBe(0);
		const texts = server.requests.flatMap((request) => request.texts);
		expect(texts.length).toBeGreaterThan(50);
		expect(new Set(texts).size).toBe(texts.length);
		const before = server.requests.length;
		expect((await runCli([...run, "--set", "exemplars.count=4"])).code).toBe(0);
		const later = server.requests
			.slice(before)
			.flatMap((request) => request.texts);
		expect(later.filter((text) => texts.includes(text))).toEqual([]);
		await server.close();
	});

	it("a rejected key ends the run at once, says which variable, and the next run goes on", async () => {
		const server = await startFakeLlmServer({ apiKey: secret });
		const config = await study("rejected", server);
		const { code, stderr } = await runCli(
			["dissect", "--config", config, "--quiet"],
			{ env: { OPENAI_API_KEY: "sk-wrong-111" } },
		);
		expect(code).toBe(3);
		expect(stderr).toContain("[auth_failed]");
		expect(stderr).toContain("OPENAI_API_KEY");
		expect(stderr).not.toContain("sk-wrong-111");
		expect(server.requests.length).toBeLessThanOrEqual(8);
		const again = await runCli(["dissect", "--config", config, "--quiet"], {
			env: { OPENAI_API_KEY: secret },
		});
		expect(again.code).toBe(0);
		await server.close();
	});

	it("one refused request is one failed neuron, a used-up account ends the run", async () => {
		let status = 403;
		const server = await startFakeLlmServer({
			script: ({ index }) =>
				index === 20 || status === 402
					? { kind: "status", status }
					: { kind: "reply" },
		});
		const config = await study("forbidden", server);
		const one = await runCli([
			"dissect",
			"--config",
			config,
			"--json",
			"--quiet",
		]);
		expect(one.code).toBe(1);
		expect(JSON.parse(one.stdout).failures).toMatchObject([
			{ code: "forbidden" },
		]);
		status = 402;
		const before = server.requests.length;
		const spent = await runCli([
			"dissect",
			"--config",
			config,
			"--quiet",
			"--set",
			"languageModel.maxOutputTokens=900",
		]);
		expect(spent.code).toBe(1);
		expect(spent.stderr).toContain("[quota_used_up]");
		expect(server.requests.length - before).toBeLessThanOrEqual(8);
		await server.close();
	});

	it("a missing key is a prerequisite", async () => {
		const config = await study("missing-key", {
			openAiUrl: "https://example.invalid/v1",
			url: "",
		});
		const { code, stderr } = await runCli([
			"dissect",
			"--config",
			config,
			"--quiet",
		]);
		expect(code).toBe(3);
		expect(stderr).toMatch(/\[api_key_missing\].*OPENAI_API_KEY/);
	});

	it("refused and truncated replies fail their neurons with evidence, the others go on, the next run retries", async () => {
		let healthy = false;
		let summaries = 0;
		const server = await startFakeLlmServer({
			script: (request) => {
				if (healthy || !JSON.stringify(request.schema).includes('"sentences"'))
					return { kind: "reply" };
				summaries += 1;
				if (summaries === 3)
					return { kind: "refused", text: "I cannot help with that." };
				if (summaries === 7)
					return { kind: "truncated", text: '{"sentences": ["The sound' };
				return { kind: "reply" };
			},
		});
		const config = await study("faults", server);
		const first = await runCli([
			"dissect",
			"--config",
			config,
			"--json",
			"--quiet",
		]);
		expect(first.code).toBe(1);
		const { failures, layers } = JSON.parse(first.stdout);
		expect(failures.map(({ code }: { code: string }) => code).sort()).toEqual([
			"reply_refused",
			"reply_truncated",
		]);
		expect(layers[0].modules.summarize.described).toBeGreaterThanOrEqual(44);
		const before = server.requests.length;
		healthy = true;
		const second = await runCli([
			"dissect",
			"--config",
			config,
			"--json",
			"--quiet",
		]);
		expect(second.code).toBe(0);
		expect(JSON.parse(second.stdout).resumed).toBe(true);
		// The two that failed, and the acoustic filter for words that are new.
		expect(server.requests.length - before).toBeLessThanOrEqual(4);
		await server.close();
	});

	it("Ctrl-C stops with 130, and the same command goes on", async () => {
		const server = await startFakeLlmServer();
		const config = await study("interrupted", server);
		const running = startCli(["dissect", "--config", config]);
		await server.arrived(10);
		running.kill("SIGINT");
		const { code, stderr } = await running.finished;
		expect(code).toBe(130);
		expect(stderr).toContain("Run the same command again");
		expect(
			(await runCli(["dissect", "--config", config, "--quiet"])).code,
		).toBe(0);
		await server.close();
	});
});
