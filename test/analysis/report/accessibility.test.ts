/** The report in a real Chromium: structure, contrast, narrow screens, no script. */
import { describe, expect, it } from "vitest";
import { browserIsMissing } from "../../support/browser.ts";
import { lowContrast } from "../../support/contrast.ts";
import {
	everyKind,
	layerFolder,
	reportInBrowser,
	shownUnits,
} from "./browser-report.ts";

/** What the tests look at in the page; the project itself is not typed for browsers. */
type Control = {
	readonly labels?: { readonly length: number } | null;
	readonly textContent: string | null;
	readonly ariaLabel: string | null;
	readonly outerHTML: string;
};

describe.skipIf(browserIsMissing())("the report for everyone", () => {
	const { open } = reportInBrowser();

	it("has landmarks, one main heading, and a name for every control", async () => {
		for (const file of everyKind) {
			const page = await open(file);
			for (const landmark of ["banner", "main", "contentinfo"] as const)
				expect(
					await page.getByRole(landmark).count(),
					`${landmark} of ${file}`,
				).toBe(1);
			expect(await page.getByRole("heading", { level: 1 }).count(), file).toBe(
				1,
			);
			const unnamed = await page
				.locator("main :is(input, select, button, audio, a)")
				.evaluateAll((elements: readonly Control[]) =>
					elements
						.filter(
							({ labels, textContent, ariaLabel }) =>
								(ariaLabel ?? textContent ?? "").trim() === "" &&
								(labels?.length ?? 0) === 0,
						)
						.map(({ outerHTML }) => outerHTML),
				);
			expect(unnamed, file).toEqual([]);
			const levels = await page
				.locator(":is(h1, h2, h3)")
				.evaluateAll((elements: readonly { readonly tagName: string }[]) =>
					elements.map(({ tagName }) => Number(tagName[1])),
				);
			for (const [index, level] of levels.entries())
				expect(level - (levels[index - 1] ?? 0), file).toBeLessThan(2);
		}
	});

	it.each(["light", "dark"] as const)(
		"has enough contrast in %s",
		async (colorScheme) => {
			for (const file of everyKind) {
				const page = await open(file);
				await page.emulateMedia({ colorScheme });
				expect(await lowContrast(page), file).toEqual([]);
			}
		},
	);

	it("fits a narrow screen", async () => {
		for (const file of everyKind) {
			const page = await open(file);
			await page.setViewportSize({ width: 360, height: 800 });
			const width = await page
				.locator("html")
				.evaluate(
					({ scrollWidth }: { readonly scrollWidth: number }) => scrollWidth,
				);
			expect(width, file).toBeLessThanOrEqual(360);
		}
	});
});

describe.skipIf(browserIsMissing())("the report without script", () => {
	const { open } = reportInBrowser({ javaScriptEnabled: false });

	it("shows the whole table, no dead controls, and links that work", async () => {
		const page = await open(`${layerFolder}/index.html`);
		expect(await shownUnits(page)).toEqual(["#2", "#10", "#11", "#30"]);
		expect(await page.getByRole("button").count()).toBe(0);
		expect(await page.getByLabel("Search").isVisible()).toBe(false);
		await page.getByRole("link", { name: "#10" }).click();
		expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(
			"layer.0.output.dense#10",
		);
	});
});
