/** A local model's file: which bytes it is (SHA-256) and whether it is a GGUF file at all, known without loading it. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { ConfigError, PrerequisiteError } from "../errors.ts";
import { sha256 } from "../shared/hash.ts";

/** By path, size and time of change: hashing 8 GB takes seconds. */
const known = new Map<string, Promise<string>>();

/**
 * Content address (lower-case hex) of a GGUF file: its SHA-256; of a file in parts (`name-00001-of-00003.gguf`), the SHA-256 of the
 * SHA-256s of all parts. Read once per process as long as size and time of change stay. Throws ConfigError `model_file_missing`,
 * PrerequisiteError `model_file_invalid` for a file that is not GGUF.
 */
export async function hashModelFile(file: string): Promise<string> {
	const hashes: string[] = [];
	for (const part of partsOf(file)) {
		const { size, mtimeMs } = await statOf(part);
		const key = JSON.stringify([part, size, mtimeMs]);
		const hash = known.get(key) ?? hashOf(part);
		known.set(key, hash);
		hash.catch(() => known.delete(key));
		hashes.push(await hash);
	}
	const [only] = hashes;
	return hashes.length === 1 && only !== undefined
		? only
		: sha256(hashes.join(""));
}

/** All parts, in order, of a file whose name says that it is the first of several; else the file itself. */
function partsOf(file: string): readonly string[] {
	const parts = /^(.*)-00001-of-(\d{5})(\.gguf)$/s.exec(file);
	if (parts === null) return [file];
	const [, stem = "", count = "", extension = ""] = parts;
	return Array.from(
		{ length: Number(count) },
		(_, index) =>
			`${stem}-${String(index + 1).padStart(5, "0")}-of-${count}${extension}`,
	);
}

async function statOf(file: string) {
	const found = await stat(file).catch((cause: unknown) => {
		throw new ConfigError(`the model file ${file} cannot be read`, {
			code: "model_file_missing",
			hint: "languageModel.file is the path of a GGUF file; a file in parts is named by its first part and needs all of them.",
			cause,
		});
	});
	if (!found.isFile())
		throw new ConfigError(`the model file ${file} is not a file`, {
			code: "model_file_missing",
			hint: "languageModel.file is the path of a GGUF file.",
		});
	return found;
}

async function hashOf(file: string): Promise<string> {
	const hash = createHash("sha256");
	let first = true;
	for await (const chunk of createReadStream(file, {
		highWaterMark: 1 << 20,
	})) {
		const bytes = chunk as Buffer;
		if (first && bytes.toString("latin1", 0, 4) !== "GGUF") throw notGguf(file);
		first = false;
		hash.update(bytes);
	}
	if (first) throw notGguf(file);
	return hash.digest("hex");
}

function notGguf(file: string): PrerequisiteError {
	return new PrerequisiteError(
		`the model file ${basename(file)} is not a GGUF file: expected it to begin with "GGUF"`,
		{
			code: "model_file_invalid",
			hint: "llama-cpp reads GGUF files only; an interrupted download or a page saved in its place looks like this.",
		},
	);
}
