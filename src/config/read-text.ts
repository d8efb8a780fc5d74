/** Reads a config file as text. */
import { readFile } from "node:fs/promises";
import { ConfigError } from "../errors.ts";

/** ConfigError `config_missing`, `config_unreadable`. */
export async function readText(path: string): Promise<string> {
	let bytes: Uint8Array;
	try {
		bytes = await readFile(path);
	} catch (error) {
		throw unreadable(path, error);
	}
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch (error) {
		throw new ConfigError(`config ${path} is not UTF-8 text`, {
			code: "config_unreadable",
			hint: "Save it as UTF-8.",
			cause: error,
		});
	}
}

function unreadable(path: string, cause: unknown): ConfigError {
	const code = cause instanceof Error && "code" in cause ? cause.code : "";
	if (code === "ENOENT")
		return new ConfigError(`there is no config ${path}`, {
			code: "config_missing",
			hint: "`audio-dissect init DIR` writes one with comments; --config says where it is.",
			cause,
		});
	const reason = cause instanceof Error ? cause.message : String(cause);
	return new ConfigError(`config ${path} cannot be read: ${reason}`, {
		code: "config_unreadable",
		hint:
			code === "EISDIR"
				? `Name the file in it, such as ${path.replace(/\/$/, "")}/dissect.yaml.`
				: "Check its permissions.",
		cause,
	});
}
