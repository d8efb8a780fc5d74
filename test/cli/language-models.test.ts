/** Language models from the outside: one for each use, a server that knows no schemas, and replay without a server. */
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import {
	type FakeLlmServer,
	startFakeLlmServer,
} from "../support/fake-llm-server.ts";
import { initRecordedStudy } from "../support/recorded-store.ts";
import { asking, describedNeurons, temporaryFolder } from "../support/study.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

let server: FakeLlmServer;
beforeEach(async () => {
	server = await startFakeLlmServer();
});
afterEach(() => server.close());

const study = (name: string, more: Readonly<Record<string, string>> = {}) =>
	initRecordedStudy(join(folder.path, name), {
		...asking(server, "strong"),
		"maxRetries: 2": "maxRetries: 0",
		...more,
	});

const neuronsOf = (name: string) =>
	describedNeurons(join(folder.path, name, ".audio-dissect"));

describe("a model for each use, and its replay", () => {
	it("asks each model for its part; the replay needs neither key nor server and gives the same", async () => {
		const config = await study("uses", {
			"modules: {}": "modules: { acoustic-filter: { model: cheap } }",
		});
		const live = await runCli(["dissect", "--config", config]);
		expect(live.stderr).not.toContain("error");
		expect(live.code).toBe(0);
		const asked = new Set(
			server.requests.map(
				({ model, schema }) =>
					`${model} ${Object.keys((schema as { properties: object }).properties)}`,
			),
		);
		expect([...asked].sort()).toEqual([
			"cheap colour",
			"cheap words",
			"strong colour",
			"strong sentences",
		]);
		const described = neuronsOf("uses");
		await server.close();

		// Another run over the same calls: the seed is not part of them.
		const replay = [
			"languageModel.provider=replay",
			"languageModel.replayOf=openai",
		];
		const replayed = await runCli([
			"dissect",
			"--config",
			config,
			...[...replay, "seed=1"].flatMap((field) => ["--set", field]),
		]);
		expect(replayed.stderr).not.toContain("error");
		expect(replayed.code).toBe(0);
		expect(neuronsOf("uses").map(({ summaries }) => summaries)).toEqual(
			described.map(({ summaries }) => summaries),
		);

		const other = await runCli([
			"dissect",
			"--config",
			config,
			...[...replay, "languageModel.model=other"].flatMap((field) => [
				"--set",
				field,
			]),
		]);
		expect(other.code).toBe(1);
		expect(other.stderr).toMatch(
			/error \[replay_miss\] this summarize call is not in the store: .* openai model "other"/,
		);
	});
});

describe("a replay of a run with failures", () => {
	it("fails the same neurons for the same reasons, by the same calls", async () => {
		let summaries = 0;
		server.setScript(({ schema }) => {
			if (!JSON.stringify(schema).includes('"sentences"'))
				return { kind: "reply" };
			summaries += 1;
			if (summaries === 2) return { kind: "refused", text: "No." };
			if (summaries === 5) return { kind: "status", status: 400 };
			return summaries === 9
				? { kind: "truncated", text: '{"sentences":["The' }
				: { kind: "reply" };
		});
		const config = await study("failures", {
			"check: true": "check: false",
		});
		const dissect = async (...set: readonly string[]) => {
			const { code, stdout, stderr } = await runCli([
				...["dissect", "--config", config, "--json"],
				...set.flatMap((field) => ["--set", field]),
			]);
			expect(stderr).not.toMatch(/^error/m);
			expect(code).toBe(1);
			return JSON.parse(stdout).failures as readonly unknown[];
		};
		const live = await dissect();
		expect(live.length).toBeGreaterThanOrEqual(3);
		await server.close();
		const replayed = await dissect(
			"languageModel.provider=replay",
			"languageModel.replayOf=openai",
			"seed=1",
		);
		expect(replayed).toEqual(live);
	});
});

describe("a server that knows no schemas", () => {
	it("is found out once, asked for plain text, and its sentences are split by code", async () => {
		server.setScript(({ body, messages }) => {
			if (body.response_format !== undefined)
				return { kind: "status", status: 500, message: "not supported" };
			const { content = "" } = messages.at(-1) ?? {};
			return content.startsWith("Words:")
				? {
						kind: "reply",
						text: `Here you are:\n\`\`\`json\n${JSON.stringify({
							words: [...content.matchAll(/^- (.+)$/gm)].map(([, word]) => ({
								word,
								acoustic: true,
							})),
						})}\n\`\`\``,
					}
				: { kind: "reply", text: "A steady hum is heard. It is a low hum." };
		});
		const config = await study("text");
		const { code, stderr } = await runCli(["dissect", "--config", config]);
		expect(stderr).not.toContain("error");
		expect(code).toBe(0);
		const formats = server.requests.map(({ body }) => body.response_format);
		expect(formats.filter((format) => format !== undefined)).toHaveLength(2);
		expect(neuronsOf("text")[0]?.summaries).toMatchObject({
			status: "described",
			output: {
				high: {
					sentences: [
						{ text: "A steady hum is heard." },
						{ text: "It is a low hum." },
					],
				},
			},
		});
		const before = server.requests.length;
		await runCli(["dissect", "--config", config, "--set", "seed=1"]);
		expect(server.requests).toHaveLength(before);
	});

	it("recording alone asks nothing", async () => {
		const config = await study("record");
		const { code } = await runCli(["record", "--config", config]);
		expect(code).toBe(0);
		expect(server.requests).toHaveLength(0);
	});
});
