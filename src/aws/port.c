/*
 * Ports of sites; see port.h. All of it is under one lock, which is held for microseconds but for the taking of a new
 * port.
 */
#include "aws/port.h"

#include <pthread.h>
#include <stdlib.h>

#include "aws/service.h"
#include "base/log.h"
#include "store/db.h"

struct taken {
	struct arena *
		arena; /* owns its strings; never freed while the server runs: requests read them */
	struct port port;
	const struct service *service;
	struct http_listener *listener; /* NULL: nothing listens yet */
	bool used;
};

static struct {
	pthread_mutex_t lock;
	struct ports_config config;
	struct db *db;
	struct taken *at; /* config.to - config.from + 1 */
	size_t count;
} ports = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* --- serving ----------------------------------------------------------------------------- */

static enum http_outcome serve(struct http_request *req, void *context)
{
	const struct taken *t = context;
	const struct service *service;
	struct port port;

	pthread_mutex_lock(&ports.lock);
	service = t->used ? t->service : NULL;
	port = t->port;
	pthread_mutex_unlock(&ports.lock);
	if (service && service->site)
		return service->site(req, &port);
	http_answer(req, 404, "text/plain; charset=utf-8", STR("Nothing is served here.\n"));
	return HTTP_ANSWERED;
}

/* A listener stays when its port is given back: the next who takes it uses it. */
static bool listen_on(struct taken *t, int number, struct arena *a, const char **why)
{
	struct http_listen how = { .address = ports.config.address,
				   .port = number,
				   .body_max = 1 << 20,
				   .handler = serve,
				   .context = t,
				   .like = ports.config.like };

	if (!t->listener)
		t->listener = http_listen(ports.config.http, &how, a, why);
	return t->listener;
}

/* --- the table ------------------------------------------------------------------------------ */

static void set(struct taken *t, int number, struct str account, const struct service *service,
		struct str name)
{
	if (!t->arena)
		t->arena = arena_new();
	t->port = (struct port){ .number = number,
				 .account = arena_cstr(t->arena, account),
				 .name = arena_dup(t->arena, name) };
	t->port.folder =
		arena_printf(t->arena, "%s/accounts/%s", ports.config.data, t->port.account);
	t->service = service;
	t->used = true;
}

static struct taken *find(const char *account, const struct service *service, struct str name)
{
	for (size_t i = 0; i < ports.count; i++) {
		struct taken *t = &ports.at[i];

		if (t->used && t->service == service && strcmp(t->port.account, account) == 0 &&
		    str_eq(t->port.name, name))
			return t;
	}
	return NULL;
}

static void load(struct arena *a)
{
	struct stmt *q = db_query(ports.db, "SELECT number, account, service, name FROM port", "");
	const char *why = "";

	while (stmt_row(q)) {
		int64_t number = stmt_int(q, 0);
		const struct service *service = service_find(ports.config.services, stmt_str(q, 2));

		if (number < ports.config.from || number > ports.config.to || !service)
			continue;
		set(&ports.at[number - ports.config.from], (int)number, stmt_str(q, 1), service,
		    stmt_str(q, 3));
	}
	for (size_t i = 0; i < ports.count; i++)
		if (ports.at[i].used && !listen_on(&ports.at[i], ports.at[i].port.number, a, &why))
			log_warn("a site cannot be served: %s", why);
}

bool ports_start(const struct ports_config *config, struct arena *a, const char **why)
{
	pthread_mutex_lock(&ports.lock);
	ports.config = *config;
	ports.config.data = arena_cstr(a, str_of(config->data));
	ports.count = (size_t)config->to - (size_t)config->from + 1;
	ports.at = calloc(ports.count, sizeof(*ports.at));
	if (!ports.at)
		abort();
	ports.db = db_open(arena_printf(a, "%s/ports.db", config->data), DB_FULL, a, why);
	if (ports.db && !db_script(ports.db,
				   "CREATE TABLE IF NOT EXISTS port (number INTEGER PRIMARY KEY,"
				   " account TEXT NOT NULL, service TEXT NOT NULL,"
				   " name TEXT NOT NULL, UNIQUE (account, service, name))",
				   a, why)) {
		db_close(ports.db);
		ports.db = NULL;
	}
	if (ports.db)
		load(a);
	pthread_mutex_unlock(&ports.lock);
	return ports.db;
}

void ports_stop(void)
{
	pthread_mutex_lock(&ports.lock);
	if (ports.db)
		db_close(ports.db);
	ports.db = NULL;
	for (size_t i = 0; i < ports.count; i++)
		arena_free(ports.at[i].arena);
	free(ports.at);
	ports.at = NULL;
	ports.count = 0;
	pthread_mutex_unlock(&ports.lock);
}

/* --- taking and giving back ------------------------------------------------------------------- */

/* The first free port that can be listened on. */
static struct taken *take_free(struct op *op, struct str name)
{
	const char *why = "";

	for (size_t i = 0; i < ports.count; i++) {
		int number = ports.config.from + (int)i;
		struct taken *t = &ports.at[i];

		if (t->used || !listen_on(t, number, op->arena, &why))
			continue;
		if (!db_run(ports.db,
			    "INSERT OR REPLACE INTO port (number, account, service, name)"
			    " VALUES (?, ?, ?, ?)",
			    "izzs", (int64_t)number, op->account->id, op->service->name, name))
			return NULL;
		set(t, number, str_of(op->account->id), op->service, name);
		return t;
	}
	log_warn("no port is left for a site between %d and %d", ports.config.from,
		 ports.config.to);
	return NULL;
}

int port_take(struct op *op, struct str name)
{
	struct taken *t = NULL;
	int number;

	pthread_mutex_lock(&ports.lock);
	if (ports.db) {
		t = find(op->account->id, op->service, name);
		t = t ? t : take_free(op, name);
	}
	number = t ? t->port.number : 0;
	pthread_mutex_unlock(&ports.lock);
	return number;
}

int port_find(struct op *op, struct str name)
{
	struct taken *t;
	int number;

	pthread_mutex_lock(&ports.lock);
	t = find(op->account->id, op->service, name);
	number = t ? t->port.number : 0;
	pthread_mutex_unlock(&ports.lock);
	return number;
}

/* With the lock held. */
static void give_back(struct taken *t)
{
	db_run(ports.db, "DELETE FROM port WHERE number = ?", "i", (int64_t)t->port.number);
	t->used = false;
}

void port_give_back(struct op *op, struct str name)
{
	struct taken *t;

	pthread_mutex_lock(&ports.lock);
	t = find(op->account->id, op->service, name);
	if (t)
		give_back(t);
	pthread_mutex_unlock(&ports.lock);
}

void ports_forget(struct str account)
{
	pthread_mutex_lock(&ports.lock);
	for (size_t i = 0; i < ports.count; i++)
		if (ports.at[i].used && (!account.p || str_is(account, ports.at[i].port.account)))
			give_back(&ports.at[i]);
	pthread_mutex_unlock(&ports.lock);
}

struct str port_url(struct op *op, int port)
{
	struct str rest = op->endpoint, scheme = str_cut(&rest, ':');
	struct str host = rest.n > 2 ? str_slice(rest, 2, rest.n) : STR("");
	ptrdiff_t end = host.n && host.p[0] == '[' ? str_find(host, ']') + 1 : str_find(host, ':');

	if (end > 0)
		host.n = (size_t)end;
	if (!host.n) {
		scheme = STR("http");
		host = str_of(ports.config.host ? ports.config.host : "localhost");
	}
	return arena_strf(op->arena, "%.*s://%.*s:%d", STR_ARG(scheme), STR_ARG(host), port);
}
