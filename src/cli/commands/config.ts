/** `audio-dissect config show` and `config schema`. */
import { resolvedConfig } from "../../config/config.ts";
import { formatConfig } from "../../config/format.ts";
import { configJsonSchema } from "../../config/schema.ts";
import { exitCodes } from "../exit.ts";
import type { Session } from "../session.ts";
import { type StudyOptions, studyConfig } from "../study-options.ts";

export async function showConfig(
	session: Session,
	options: StudyOptions,
): Promise<number> {
	const config = await studyConfig(options);
	session.result(resolvedConfig(config), () => formatConfig(config));
	return exitCodes.done;
}

export async function showSchema(
	session: Session,
	options: { readonly network: boolean },
): Promise<number> {
	const schema = options.network
		? (await import("../../network/descriptor-schema.ts")).networkJsonSchema()
		: configJsonSchema();
	session.print(JSON.stringify(schema, null, 2));
	return exitCodes.done;
}
