#ifndef AWS_PORT_H
#define AWS_PORT_H

#include "aws/op.h"
#include "http/http.h"

/*
 * Ports: what an account serves to browsers gets a port, hence an origin, of its own.
 *
 * A port belongs to an account, a service and a name that the service chose, for as long as it is not given back,
 * also over restarts: the file DATA/ports.db says so. Requests that come in on it go to the service's `site`, on an
 * HTTP thread.
 *
 *	int port = port_take(op, "d1a2b3c4/main");
 *	json_set_str(out, "url", port_url(op, port));
 */
struct port {
	int number;
	const char *account; /* 12 digits */
	const char *folder;  /* the account's */
	struct str name;     /* as port_take() was told */
};

struct ports_config {
	const char *data;           /* the data folder */
	const char *address;        /* to listen on */
	int from, to;               /* the first and the last port */
	const char *host;           /* how others reach this machine */
	struct http_server *http;   /* must outlive everything here */
	struct http_listener *like; /* whose certificate is used, too */
	const struct service *const *services;
};
/* Open the file and listen on every port that is taken. Once in a process. False with a sentence in *why. */
bool ports_start(const struct ports_config *config, struct arena *a, const char **why);
/* After the HTTP server's end. */
void ports_stop(void);

/*
 * The port of the operation's service that goes by `name`, taken now if there is none yet; 0 when all are taken. It
 * stays taken when the operation fails; who asks again gets the same.
 */
int port_take(struct op *op, struct str name);
/* The port that goes by `name`, or 0. */
int port_find(struct op *op, struct str name);
/* Give it back, once it is certain that it is not needed: in a job. */
void port_give_back(struct op *op, struct str name);
/* Give back every port of an account that is gone; absent: of all accounts. */
void ports_forget(struct str account);
/* "http://10.0.0.5:20000", by the host name that the caller of the operation used. */
struct str port_url(struct op *op, int port);

#endif
