#ifndef CLOUD_AMPLIFY_RULES_H
#define CLOUD_AMPLIFY_RULES_H

#include "base/json.h"

/*
 * Redirects and rewrites: an app's customRules, and what they make of a request.
 *
 * From: Amplify Hosting User Guide, "Setting up redirects and rewrites for an Amplify application". A source is a path
 * ("/docs/<*>", "/archive/<year>", with a query perhaps), a whole address, or a regular expression ("</^[^.]+$/>").
 * Rules are looked at from top to bottom; the first one that applies counts. A rule with a country code applies to
 * nobody: in this room there are no countries.
 */
struct rules;

enum rule_kind {
	RULE_NONE,     /* no rule applies: serve what was asked for */
	RULE_REDIRECT, /* tell the browser to go to `target` */
	RULE_REWRITE,  /* serve `target` instead, with `status` */
};
struct rule_found {
	enum rule_kind kind;
	int status;
	struct str
		target; /* path or address, placeholders filled in; of a redirect with the query */
};

/* What a browser asks for. */
struct rule_ask {
	struct str host;  /* with its port */
	struct str path;  /* decoded */
	struct str query; /* as sent, or absent */
	/* Is there a file for this path? Asked when a rule wants to know, once. */
	bool (*exists)(void *arg, struct str path);
	void *arg;
};

/* Read customRules: [{"source", "target", "status", "condition"}]. NULL with a sentence in *why. In the arena. */
struct rules *rules_read(struct arena *a, const struct json_object *list, const char **why);
/* Which rule applies? Strings live in the arena. Safe from any thread. */
struct rule_found rules_find(const struct rules *rules, struct arena *a,
			     const struct rule_ask *ask);

#endif
