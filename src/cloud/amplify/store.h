#ifndef CLOUD_AMPLIFY_STORE_H
#define CLOUD_AMPLIFY_STORE_H

#include "aws/port.h"
#include "cloud/amplify/rules.h"

/*
 * Published sites, as HTTP threads see them: read once, kept in memory, read anew when what is published changes.
 * Files are mapped when they are first asked for, and stay so. Only what the manifest names is ever opened.
 */
struct site_file {
	struct str path;     /* "js/app.js" */
	struct str etag;     /* without quotes */
	struct str bytes;    /* valid once site_map() said so */
	struct str packed;   /* the same compressed; absent: it is not worth while */
	struct str modified; /* "Wed, 21 Oct 2015 07:28:00 GMT" */
	int64_t modified_ms;
	size_t size;
	bool has_packed, mapped;
};
struct site;

/* What is served on the port now; NULL: nothing yet. The caller puts it back. */
struct site *site_get(const struct port *port);
void site_put(struct site *site);
const struct rules *site_rules(const struct site *site);
const struct json_object *site_headers(const struct site *site);
/* User and password in base64; absent: everybody may look. */
struct str site_password(const struct site *site);
/* The file at a path without its first slash, or NULL. */
struct site_file *site_find(const struct site *site, struct str path);
/* Have its bytes; false when the disk has not. */
bool site_map(struct site *site, struct site_file *file);

#endif
