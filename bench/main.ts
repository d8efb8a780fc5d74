/** `npm run bench NAME [options]`: one benchmark. They print ratios to what is measured beside; nothing fails because something is slow. */
import { existsSync, readdirSync } from "node:fs";

const folder = new URL("./", import.meta.url);
const [name, ...rest] = process.argv.slice(2);
const names = readdirSync(folder)
	.filter((file) => file.endsWith(".ts") && file !== "main.ts")
	.map((file) => file.slice(0, -3));
if (name === undefined || !existsSync(new URL(`${name}.ts`, folder))) {
	console.error(`expected one of: ${names.join(", ")}`);
	process.exitCode = 2;
} else {
	process.argv.splice(2, process.argv.length - 2, ...rest);
	await import(`./${name}.ts`);
}
