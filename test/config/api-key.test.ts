import { expect, test } from "vitest";
import { isLoopback, resolveApiKey } from "../../src/config/api-key.ts";

const section = {
	provider: "openai",
	apiKeyEnv: "MY_KEY",
	baseUrl: null,
} as const;

test("reads the variable, without the white space a file leaves", () => {
	expect(resolveApiKey(section, { MY_KEY: "sk-1\n" })).toBe("sk-1");
});

test.each([
	[{}, "not set"],
	[{ MY_KEY: "" }, "empty"],
	[{ MY_KEY: " \n" }, "empty"],
])("a key that is not there (%j) is named", (environment, state) => {
	expect(() => resolveApiKey(section, environment)).toThrow(
		expect.objectContaining({
			name: "PrerequisiteError",
			code: "api_key_missing",
			message: `provider "openai" needs an API key: the environment variable MY_KEY is ${state}`,
			hint: "Set it (export MY_KEY=...), or name another variable with apiKeyEnv in the config.",
		}),
	);
});

test("a server on this machine needs none, but gets one that is there", () => {
	const local = { ...section, baseUrl: "http://localhost:11434/v1" };
	expect(resolveApiKey(local, {})).toBeNull();
	expect(resolveApiKey(local, { MY_KEY: "k" })).toBe("k");
});

test("no provider, no key", () => {
	const none = { provider: "none", apiKeyEnv: null, baseUrl: null };
	expect(resolveApiKey(none, {})).toBeNull();
});

test.each([
	["http://localhost:1/v1", true],
	["http://LOCALHOST", true],
	["http://model.localhost", true],
	["http://127.0.0.1:8080", true],
	["http://127.8.9.1", true],
	["http://[::1]:80", true],
	["http://localhost.example.com", false],
	["http://127.0.0.1.example.com", false],
	["http://192.168.0.4", false],
	["http://[::2]", false],
	["https://api.example.com/localhost", false],
])("%s is on this machine: %s", (url, expected) => {
	expect(isLoopback(url)).toBe(expected);
});
