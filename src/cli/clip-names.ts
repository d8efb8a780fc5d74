/** Names of clips as a user types them: ids, comma-separated, with * for any characters. */
import { ConfigError } from "../errors.ts";

/** The clips that are named, in their order. ConfigError `clips_unknown` for a name that none has. */
export function namedClips<T extends { readonly id: string }>(
	text: string,
	clips: readonly T[],
): readonly T[] {
	const patterns = text
		.split(",")
		.map((name) => name.trim())
		.filter((name) => name !== "")
		.map((name) => ({ name, pattern: patternOf(name) }));
	for (const { name, pattern } of patterns)
		if (!clips.some(({ id }) => pattern.test(id))) throw noClip(name, clips);
	if (patterns.length === 0) throw noClip(text, clips);
	return clips.filter(({ id }) =>
		patterns.some(({ pattern }) => pattern.test(id)),
	);
}

function noClip(
	name: string,
	clips: readonly { readonly id: string }[],
): ConfigError {
	return new ConfigError(
		`--clips: no clip without a caption written by hand matches "${name}"`,
		{
			code: "clips_unknown",
			hint:
				clips.length === 0
					? "All clips have captions written by hand."
					: `Such clips are ${clips
							.slice(0, 3)
							.map(({ id }) => `"${id}"`)
							.join(", ")}${clips.length > 3 ? " ..." : ""}.`,
		},
	);
}

function patternOf(name: string): RegExp {
	const parts = name
		.split("*")
		.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
	return new RegExp(`^${parts.join(".*")}$`, "u");
}
