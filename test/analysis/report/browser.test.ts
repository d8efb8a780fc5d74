/** The report in a real Chromium: links, audio, keyboard, sorting, security. */
import { describe, expect, it } from "vitest";
import {
	announceMissingBrowser,
	browserIsMissing,
} from "../../support/browser.ts";
import {
	everyKind,
	layerFolder,
	reportInBrowser,
	shownUnits,
} from "./browser-report.ts";

/** What the tests look at in the page; the project itself is not typed for browsers. */
type Player = {
	readonly paused: boolean;
	readonly error: { readonly message: string } | null;
	readonly duration: number;
	readonly currentTime: number;
};

announceMissingBrowser();

describe.skipIf(browserIsMissing())("the report in a browser", () => {
	const { open, takeProblems, here } = reportInBrowser();

	it("leads from the start page to a neuron and back", async () => {
		const page = await open("index.html");
		await page.getByRole("link", { name: "layer.0.output.dense" }).click();
		expect(here(page)).toBe(`${layerFolder}/index.html`);
		await page.getByRole("link", { name: "#10" }).click();
		expect(here(page)).toBe(`${layerFolder}/neuron-10.html`);
		await page
			.getByRole("navigation", { name: "Breadcrumbs" })
			.getByRole("link", { name: "tiny-ast" })
			.click();
		expect(here(page)).toBe("index.html");
		await page.getByRole("link", { name: "Neurons by concept" }).click();
		await page
			.getByRole("link", { name: "layer.0.output.dense#30" })
			.first()
			.click();
		expect(here(page)).toBe(`${layerFolder}/neuron-30.html`);
	});

	it("applies its stylesheet", async () => {
		const page = await open("index.html");
		const display = await page.evaluate(
			"getComputedStyle(document.querySelector('.figures')).display",
		);
		expect(display).toBe("grid");
	});

	it("plays a real clip, one at a time", async () => {
		const page = await open(`${layerFolder}/neuron-2.html`);
		const players = page.locator("audio");
		expect(await players.count()).toBe(4);
		// Two seconds could be over before a busy machine looks.
		await players.evaluateAll((all: readonly { loop: boolean }[]) => {
			for (const player of all) player.loop = true;
		});
		const state = (index: number) =>
			players.nth(index).evaluate((player: Player) => ({
				playing: !player.paused,
				moved: player.currentTime > 0,
				error: player.error?.message ?? null,
				seconds: Math.round(player.duration * 10) / 10,
			}));
		const playing = { playing: true, moved: true, error: null, seconds: 2 };
		await page.keyboard.press("1");
		await expect.poll(() => state(0)).toEqual(playing);
		await page.keyboard.press("Shift+Digit2");
		await expect.poll(() => state(3)).toEqual(playing);
		await expect.poll(async () => (await state(0)).playing).toBe(false);
		await page.keyboard.press("Shift+Digit2");
		await expect.poll(async () => (await state(3)).playing).toBe(false);
	});

	it("goes to the neighbours and the table by keyboard", async () => {
		const page = await open(`${layerFolder}/neuron-2.html`);
		for (const [key, file] of [
			["j", "neuron-10.html"],
			["ArrowRight", "neuron-11.html"],
			["k", "neuron-10.html"],
			["ArrowLeft", "neuron-2.html"],
			["k", "neuron-2.html"],
			["u", "index.html#n2"],
		] as const) {
			await page.keyboard.press(key);
			await expect.poll(() => here(page)).toBe(`${layerFolder}/${file}`);
			await page.waitForLoadState("load");
		}
	});

	it("sorts by number and by text, unknown values last", async () => {
		const page = await open(`${layerFolder}/index.html`);
		expect(await shownUnits(page)).toEqual(["#2", "#10", "#11", "#30"]);
		const sortBy = async (name: string): Promise<string[]> => {
			await page.getByRole("button", { name, exact: true }).click();
			return await shownUnits(page);
		};
		expect(await sortBy("Score")).toEqual(["#30", "#2", "#10", "#11"]);
		expect(
			await page
				.getByRole("columnheader", { name: "Score" })
				.getAttribute("aria-sort"),
		).toBe("descending");
		expect(await sortBy("Score")).toEqual(["#10", "#2", "#30", "#11"]);
		expect(await sortBy("Closed-set concept")).toEqual([
			"#30",
			"#2",
			"#10",
			"#11",
		]);
		expect(await sortBy("Unit")).toEqual(["#2", "#10", "#11", "#30"]);
		expect(await page.locator("[aria-sort]").count()).toBe(1);
	});

	it("filters by words, status and concept", async () => {
		const page = await open(`${layerFolder}/index.html`);
		await page.keyboard.press("/");
		await page.keyboard.type("STEADY rain app");
		expect(await shownUnits(page)).toEqual(["#30"]);
		expect(await page.locator("#count").textContent()).toBe("1 of 4 shown");
		await page.getByLabel("Search").fill("");
		await page.getByLabel("Status").selectOption("failed");
		expect(await shownUnits(page)).toEqual(["#11"]);
		await page.getByLabel("Status").selectOption("");
		await page.getByLabel("a concept fits").check();
		expect(await shownUnits(page)).toEqual(["#2", "#30"]);
	});

	it("sorts by highest label and strongest attribute", async () => {
		const page = await open(`${layerFolder}/index.html`);
		for (const name of ["Highest label", "Strongest attribute, rho"]) {
			await page.getByRole("button", { name, exact: true }).click();
			expect(
				await page
					.getByRole("columnheader", { name })
					.getAttribute("aria-sort"),
			).not.toBeNull();
			expect(await shownUnits(page)).toHaveLength(4);
		}
	});

	it("draws activations, each picture with a name", async () => {
		const page = await open(`${layerFolder}/neuron-2.html`);
		const plots = page.getByRole("img", { name: /^Activation against / });
		expect(await plots.count()).toBe(2);
		const box = await plots.first().boundingBox();
		expect(box?.width).toBeGreaterThan(250);
		expect(
			await page.getByRole("row", { name: /^rain/ }).first().isVisible(),
		).toBe(true);
		expect(
			await page.locator("main [style]").count(),
			"no inline style, the policy forbids it",
		).toBe(0);
	});

	it("runs nothing that a caption or an error brings along", async () => {
		let dialogs = 0;
		for (const file of everyKind) {
			const page = await open(file);
			page.on("dialog", async (dialog) => {
				dialogs += 1;
				await dialog.dismiss();
			});
			await page.waitForLoadState("load");
			expect(await page.locator("main img, main script").count()).toBe(0);
		}
		expect(dialogs).toBe(0);
	});

	it("refuses scripts that are not its own", async () => {
		const page = await open(`${layerFolder}/neuron-2.html`);
		const ran = await page.evaluate(`(() => {
			const script = document.createElement("script");
			script.textContent = "window.ran = true";
			document.body.append(script);
			return "ran" in window;
		})()`);
		expect(ran).toBe(false);
		const problems = takeProblems();
		expect(problems).toHaveLength(1);
		expect(problems[0]).toContain("Content Security Policy");
	});
});
