/** API keys come from the environment, never from the config. */
import { PrerequisiteError } from "../errors.ts";

/**
 * The API key of `languageModel` or `embeddings` of a config; null when none is needed: no provider to ask, or a server on this machine
 * whose variable is not set. PrerequisiteError `api_key_missing` names the variable.
 */
export function resolveApiKey(
	section: {
		readonly provider: string;
		readonly apiKeyEnv: string | null;
		readonly baseUrl: string | null;
	},
	environment: Readonly<Record<string, string | undefined>> = process.env,
): string | null {
	const { provider, apiKeyEnv, baseUrl } = section;
	if (apiKeyEnv === null) return null;
	const key = environment[apiKeyEnv]?.trim() ?? "";
	if (key !== "") return key;
	if (baseUrl !== null && isLoopback(baseUrl)) return null;
	throw new PrerequisiteError(
		`provider "${provider}" needs an API key: the environment variable ${apiKeyEnv} is ${environment[apiKeyEnv] === undefined ? "not set" : "empty"}`,
		{
			code: "api_key_missing",
			hint: `Set it (export ${apiKeyEnv}=...), or name another variable with apiKeyEnv in the config.`,
			evidence: { variable: apiKeyEnv, provider },
		},
	);
}

/** The address is of this machine: localhost, 127.0.0.0/8, ::1. */
export function isLoopback(url: string): boolean {
	const { hostname } = new URL(url);
	return (
		/^(.+\.)?localhost$/.test(hostname) ||
		/^127(\.\d{1,3}){3}$/.test(hostname) ||
		hostname === "[::1]"
	);
}
