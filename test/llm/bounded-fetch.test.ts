import { describe, expect, test } from "vitest";
import {
	createBoundedFetch,
	retryAfterSeconds,
} from "../../src/llm/bounded-fetch.ts";

describe("retryAfterSeconds", () => {
	test.each([
		[{}, null],
		[{ "retry-after": "7" }, 7],
		[{ "retry-after-ms": "250", "retry-after": "7" }, 0.25],
		[
			{
				date: "Tue, 06 Jan 2026 10:00:00 GMT",
				"retry-after": "Tue, 06 Jan 2026 10:01:30 GMT",
			},
			90,
		],
		[{ "retry-after": "Tue, 06 Jan 2026 10:01:30 GMT" }, null],
		[{ "retry-after": "soon" }, null],
	] as const)("%j is %s", (headers, expected) => {
		expect(retryAfterSeconds(new Headers(headers))).toBe(expected);
	});
});

describe("createBoundedFetch", () => {
	const answering = (status: number, headers: Record<string, string>) =>
		createBoundedFetch({
			maxWaitSeconds: 60,
			fetch: async () =>
				new Response(status === 204 ? null : "body", { status, headers }),
		});

	test.each([
		[429, { "retry-after": "60" }, null],
		[429, { "retry-after": "61" }, "false"],
		[503, { "retry-after": "3600" }, "false"],
		[200, { "retry-after": "3600" }, null],
		[429, {}, null],
	] as const)(
		"HTTP %i with %j: x-should-retry %s",
		async (status, headers, expected) => {
			const response = await answering(status, headers)("http://x");
			expect(response.headers.get("x-should-retry")).toBe(expected);
			expect(response.status).toBe(status);
			expect(await response.text()).toBe("body");
		},
	);

	test("a response without a body stays one", async () => {
		expect((await answering(204, {})("http://x")).body).toBeNull();
	});
});
