/** A key that servers echo in every way they can is nowhere: not in the store, a message, a report, an export. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliResult, runCli } from "../support/cli.ts";
import {
	type FakeBehaviour,
	type FakeLlmServer,
	startFakeLlmServer,
} from "../support/fake-llm-server.ts";
import { initRecordedStudy } from "../support/recorded-store.ts";
import { asking, temporaryFolder } from "../support/study.ts";

/** With signs that are written otherwise in JSON and in a URL. */
const KEY = 'sk-planted-"0123\\456789/abcdef+ghij=';
const PART = "planted";

const folder = temporaryFolder();
let server: FakeLlmServer;
let config: string;
const outputs: string[] = [];

const run = async (args: readonly string[]): Promise<CliResult> => {
	const result = await runCli([...args, "--config", config], {
		env: { OPENAI_API_KEY: KEY },
	});
	outputs.push(result.stdout, result.stderr);
	return result;
};

/** One after the other, then well-behaved. */
const ECHOES: readonly FakeBehaviour[] = [
	{ kind: "status", status: 400, message: `Bearer ${KEY} is not welcome` },
	// Where a long message is shortened.
	{ kind: "status", status: 500, message: `${"x".repeat(585)} ${KEY} and on` },
	{
		kind: "status",
		status: 422,
		message: encodeURIComponent(KEY),
		headers: { "x-request-id": KEY },
	},
	// Where servers other than OpenAI's put their words.
	{ kind: "status", status: 400, body: { detail: `no ${KEY} here` } },
	{ kind: "status", status: 502, body: `<html>Bearer ${KEY}</html>` },
	{
		kind: "status",
		status: 400,
		message: `Basic ${Buffer.from(`user:${KEY}`).toString("base64")}`,
	},
	{ kind: "body", text: JSON.stringify({ error: `key ${KEY} is unknown` }) },
	{
		kind: "body",
		text: JSON.stringify({
			choices: [
				{ message: { content: "", reasoning_content: `The key is ${KEY}.` } },
			],
		}),
	},
	{
		kind: "reply",
		text: JSON.stringify({ sentences: [`The key is ${KEY}.`] }),
	},
	{ kind: "reply", text: `not JSON ${KEY}` },
	{ kind: "refused", text: `I will not repeat ${KEY}` },
	{ kind: "body", text: `<html>${KEY}</html>`, type: "text/html" },
	{
		kind: "body",
		text: JSON.stringify({
			choices: [{ finish_reason: KEY, message: { content: "{}" } }],
		}),
	},
];

beforeAll(async () => {
	let next = 0;
	server = await startFakeLlmServer({
		script: ({ headers }) => {
			expect(headers.authorization).toBe(`Bearer ${KEY}`);
			const echo = ECHOES[next];
			next += 1;
			return echo ?? { kind: "reply" };
		},
	});
	config = await initRecordedStudy(join(folder.path, "study"), {
		...asking(server),
		"maxRetries: 2": "maxRetries: 0",
		"structuredOutput: auto": "structuredOutput: schema",
	});
});
afterAll(async () => {
	await server.close();
	folder.remove();
});

function files(path: string): string[] {
	return readdirSync(path, { recursive: true, encoding: "utf8" })
		.map((name) => join(path, name))
		.filter((file) => statSync(file).isFile());
}

describe("a planted key", () => {
	it("is in no file and no output", async () => {
		const dissect = ["dissect", "--neurons", "classifier#0-5"];
		const failing = await run([...dissect, "--debug"]);
		expect(failing.code).toBe(1);
		// The audio models' verb, which is another path to the server.
		const manifest = join(folder.path, "study", "probe-set.jsonl");
		const lines = readFileSync(manifest, "utf8").trimEnd().split("\n");
		const bare = join(folder.path, "study", "bare.jsonl");
		writeFileSync(
			bare,
			lines
				.slice(0, 4)
				.map((line) =>
					JSON.stringify({ ...JSON.parse(line), caption: undefined }),
				)
				.join("\n"),
		);
		await run(["caption", "--set", "probeSet={manifest: bare.jsonl}"]);
		const again = await run(dissect);
		expect(again.code).toBe(0);
		for (const args of [
			["report"],
			["report", "--output", join(folder.path, "report")],
			["runs", "show"],
			["runs", "calls"],
			["runs", "calls", "--json"],
			["config", "show"],
			["cache", "stats"],
			["cache", "export", join(folder.path, "cache.jsonl"), "--embeddings"],
			["prompts", "show", "classifier#0"],
		])
			expect(await run(args)).toMatchObject({ code: 0 });
		const encoded = Buffer.from(PART).toString("base64").slice(0, -2);
		const found = [...files(folder.path)].filter(
			(file) =>
				readFileSync(file).includes(PART) ||
				readFileSync(file).includes(encoded),
		);
		expect(found).toEqual([]);
		for (const output of outputs) expect(output).not.toContain(PART);
		// The calls that echoed it are kept, without it.
		const exported = readFileSync(join(folder.path, "cache.jsonl"), "utf8");
		const echoed = exported.match(/\[api key\]/g) ?? [];
		expect(echoed.length).toBeGreaterThanOrEqual(ECHOES.length);
	});

	it.each([
		["a base URL", `languageModel.baseUrl=http://user:${PART}@localhost:1/v1`],
		["a query", `languageModel.baseUrl=http://localhost:1/v1?key=${PART}`],
		["the name of the variable", `languageModel.apiKeyEnv=sk-${PART}`],
		["further fields", `languageModel.extraBody={api_key: sk-${PART}}`],
		[
			"further fields of another use, deep down",
			`languageModel.modules={judge: {extraBody: {headers: {Authorization: Bearer ${PART}}}}}`,
		],
	])("in %s is refused and not repeated", async (_, set) => {
		const { code, stdout, stderr } = await run(["dissect", "--set", set]);
		expect(code).toBe(2);
		expect(stderr).toContain("error [config_invalid]");
		expect(stdout + stderr).not.toContain(PART);
	});
});
