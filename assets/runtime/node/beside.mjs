// Where `import` looks for packages that are not beside a function, when it runs without a sandbox: layers, then the SDK.
let folders = [];

export function initialize(given) {
	folders = given;
}

export async function resolve(name, context, next) {
	try {
		return await next(name, context);
	} catch (error) {
		for (const parentURL of folders) {
			try {
				return await next(name, { ...context, parentURL });
			} catch {
				// Nor is it there.
			}
		}
		throw error;
	}
}
