/** The layout as a test: which folder may import which, and which folder owns which package. This table is the document. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const source = fileURLToPath(new URL("../../src/", import.meta.url));

const BASE = ["types", "errors", "shared"];
const LEAVES = [
	"inputs",
	"network",
	"llm",
	"embeddings",
	"prompts",
	"store",
	"config",
];

/** What a folder (or top-level file) may import besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
	types: [],
	errors: ["types"],
	shared: ["types", "errors"],
	onnx: BASE,
	inputs: [...BASE, "onnx"],
	network: [...BASE, "onnx"],
	llm: [...BASE, "onnx"],
	embeddings: [...BASE, "onnx"],
	prompts: BASE,
	store: BASE,
	config: BASE,
	recordings: [...BASE, "inputs", "network"],
	modules: [...BASE, "inputs", "llm", "embeddings", "prompts", "onnx"],
	// Analyses read the store and never call a module.
	analysis: [...BASE, "onnx", ...LEAVES, "recordings"],
	dissect: [...BASE, "onnx", ...LEAVES, "recordings", "modules"],
	study: [
		...BASE,
		"onnx",
		...LEAVES,
		"recordings",
		"modules",
		"dissect",
		"analysis",
	],
	index: [
		...BASE,
		...LEAVES,
		"recordings",
		"modules",
		"analysis",
		"dissect",
		"study",
		"onnx",
	],
	testing: [...BASE, ...LEAVES, "recordings", "modules", "index"],
	cli: [
		...BASE,
		...LEAVES,
		"recordings",
		"modules",
		"analysis",
		"dissect",
		"study",
		"index",
	],
};

/** The one folder that may import a package. zod parses data wherever it enters, so it has no owner. */
const OWNERS: Readonly<Record<string, string>> = {
	"onnxruntime-node": "onnx",
	protobufjs: "onnx",
	openai: "llm",
	"@anthropic-ai/sdk": "llm",
	"node-llama-cpp": "llm",
	"p-queue": "llm",
	"better-sqlite3": "store",
	"@audio/decode-wav": "inputs",
	"@audio/decode-flac": "inputs",
	"@audio/decode-mp3": "inputs",
	"@audio/decode-vorbis": "inputs",
	"csv-parse": "inputs",
	hyparquet: "inputs",
	"hyparquet-compressors": "inputs",
	"@huggingface/tokenizers": "embeddings",
	compromise: "modules",
	liquidjs: "prompts",
	yaml: "shared",
	commander: "cli",
	"cli-progress": "cli",
	picocolors: "cli",
};

type Import = {
	readonly file: string;
	readonly folder: string;
	readonly target: string;
};

function typescriptFiles(): string[] {
	return readdirSync(source, { recursive: true, encoding: "utf8" })
		.filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))
		.map((path) => join(source, path));
}

function importsOf(file: string): string[] {
	const text = readFileSync(file, "utf8");
	const pattern =
		/(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)|(?:^|\n)\s*import\s+["']([^"']+)["']/g;
	return [...text.matchAll(pattern)].map(
		(match) => (match[1] ?? match[2] ?? match[3]) as string,
	);
}

/** `src/llm/port.ts` -> `llm`; `src/dissect.ts` -> `dissect`. */
function folderOf(file: string): string {
	const [first] = relative(source, file).split(sep);
	return (first as string).replace(/\.ts$/, "");
}

const imports: Import[] = typescriptFiles().flatMap((file) =>
	importsOf(file).map((target) => ({
		file: relative(source, file),
		folder: folderOf(file),
		target,
	})),
);

describe("imports point down", () => {
	it("finds the source files and their imports", () => {
		expect(imports.length).toBeGreaterThan(100);
		expect(
			imports.some(
				({ folder, target }) => folder === "llm" && target === "openai",
			),
		).toBe(true);
	});

	it("the table has no folder that is not there", () => {
		const folders = new Set(typescriptFiles().map(folderOf));
		expect(
			Object.keys(MAY_IMPORT).filter((name) => !folders.has(name)),
		).toEqual([]);
	});

	it("every folder is in the table", () => {
		const folders = new Set(typescriptFiles().map(folderOf));
		expect([...folders].filter((folder) => !(folder in MAY_IMPORT))).toEqual(
			[],
		);
	});

	it("no arrow goes up or sideways", () => {
		const wrong = imports
			.filter(({ target }) => target.startsWith("."))
			.map(({ file, folder, target }) => ({
				file,
				folder,
				to: folderOf(resolve(dirname(join(source, file)), target)),
			}))
			.filter(
				({ folder, to }) =>
					to !== folder && !(MAY_IMPORT[folder] ?? []).includes(to),
			)
			.map(({ file, to }) => `${file} -> ${to}`);
		expect(wrong).toEqual([]);
	});

	it("no file imports itself over others", () => {
		const targets = new Map<string, string[]>();
		for (const { file, target } of imports)
			if (target.startsWith(".")) {
				const to = relative(
					source,
					resolve(dirname(join(source, file)), target),
				);
				targets.set(file, [...(targets.get(file) ?? []), to]);
			}
		const circles: string[] = [];
		const done = new Set<string>();
		const visit = (file: string, path: readonly string[]): void => {
			if (path.includes(file))
				circles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
			if (done.has(file) || path.includes(file)) return;
			for (const to of targets.get(file) ?? []) visit(to, [...path, file]);
			done.add(file);
		};
		for (const file of targets.keys()) visit(file, []);
		expect(circles).toEqual([]);
	});

	it("a package is imported by its owner only", () => {
		const wrong = imports
			.filter(
				({ target }) => !target.startsWith(".") && !target.startsWith("node:"),
			)
			.filter(({ folder, target }) => {
				const name = target
					.split("/")
					.slice(0, target.startsWith("@") ? 2 : 1)
					.join("/");
				return name !== "zod" && OWNERS[name] !== folder;
			})
			.map(({ file, target }) => `${file} -> ${target}`);
		expect(wrong).toEqual([]);
	});

	it("relative imports name the .ts file", () => {
		const wrong = imports.filter(
			({ target }) => target.startsWith(".") && !/\.(ts|js|json)$/.test(target),
		);
		expect(wrong).toEqual([]);
	});
});

describe("ambient state stays at the edge", () => {
	it("process.env, Date.now and console are used in cli/ and config/ only", () => {
		const wrong = typescriptFiles()
			.filter((file) => !["cli", "config"].includes(folderOf(file)))
			// Switches onnxruntime's reports to its maker off, which an environment variable alone can.
			.filter((file) => !file.endsWith("shared/worker-url.ts"))
			.filter((file) =>
				/\bprocess\.env\b|\bDate\.now\(|\bnew Date\(\)|\bconsole\./.test(
					readFileSync(file, "utf8").replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, ""),
				),
			)
			.map((file) => relative(source, file));
		expect(wrong).toEqual([]);
	});
});
