/* What `serve` and `cloud` have in common. */
#include "cmd/setup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aws/outside.h"
#include "aws/port.h"
#include "aws/share.h"
#include "base/log.h"
#include "base/time.h"
#include "base/x509.h"
#include "builder/builder.h"
#include "cloud/services.h"
#include "git/git.h"
#include "store/folder.h"

static void stop_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
}

/* jemalloc's, where it is the allocator (not in builds with sanitizers). */
int mallctl(const char *name, void *old, size_t *old_n, void *new, size_t new_n)
	__attribute__((weak));

/*
 * Memory that a burst has needed is the system's again a second later. A thread sees to it, which a sandbox's first
 * process must not have: hence here, not for all of the program.
 */
static void give_memory_back(void)
{
	bool on = true;
	size_t threads = 1;
	ssize_t dirty_ms = 1000, muzzy_ms = 0;

	if (!mallctl)
		return;
	mallctl("arenas.dirty_decay_ms", NULL, NULL, &dirty_ms, sizeof(dirty_ms));
	mallctl("arenas.muzzy_decay_ms", NULL, NULL, &muzzy_ms, sizeof(muzzy_ms));
	mallctl("max_background_threads", NULL, NULL, &threads, sizeof(threads));
	mallctl("background_thread", NULL, NULL, &on, sizeof(on));
}

void setup_process(void)
{
	struct rlimit files;
	sigset_t set;

	give_memory_back();
	umask(077);
	signal(SIGPIPE, SIG_IGN);
	stop_signals(&set);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
}

void setup_wait_for_stop(void)
{
	sigset_t set;
	int got;

	stop_signals(&set);
	sigwait(&set, &got);
}

int setup_stop_fd(void)
{
	sigset_t set;

	stop_signals(&set);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

const char *setup_data_folder(const struct command_line *line, const char *leaf)
{
	const char *given = flag_value(line, "data"), *home = getenv("HOME"), *why = "", *path;
	const char *data = getenv("XDG_DATA_HOME");

	if (given)
		path = given;
	else if (data && *data)
		path = arena_printf(line->arena, "%s/immersion%s", data, leaf);
	else if (home && *home)
		path = arena_printf(line->arena, "%s/.local/share/immersion%s", home, leaf);
	else {
		cannot(line,
		       "there is no home folder to keep the state in: give one with --data DIR");
		return NULL;
	}
	if (folder_make(path, line->arena, &why))
		return path;
	cannot(line, "%s", why);
	return NULL;
}

/* The first IPv4 address of an interface that is up and not the loopback; else the first IPv6 one. */
static const char *lan_address(struct arena *a)
{
	char text[INET6_ADDRSTRLEN] = "", six[INET6_ADDRSTRLEN] = "";
	struct ifaddrs *all = NULL;

	if (getifaddrs(&all) < 0)
		return NULL;
	for (struct ifaddrs *i = all; i && !*text; i = i->ifa_next) {
		if (!i->ifa_addr || !(i->ifa_flags & IFF_UP) || i->ifa_flags & IFF_LOOPBACK)
			continue;
		if (i->ifa_addr->sa_family == AF_INET) {
			inet_ntop(AF_INET, &((struct sockaddr_in *)(void *)i->ifa_addr)->sin_addr,
				  text, sizeof(text));
		} else if (i->ifa_addr->sa_family == AF_INET6 && !*six) {
			struct in6_addr *at =
				&((struct sockaddr_in6 *)(void *)i->ifa_addr)->sin6_addr;

			if (!IN6_IS_ADDR_LINKLOCAL(at))
				inet_ntop(AF_INET6, at, six, sizeof(six));
		}
	}
	freeifaddrs(all);
	return *text ? arena_printf(a, "%s", text) : *six ? arena_printf(a, "%s", six) : NULL;
}

const char *setup_public_host(const struct command_line *line, const char *listen)
{
	const char *given = flag_value(line, "public-host"), *lan;

	if (given)
		return given;
	if (strcmp(listen, "0.0.0.0") != 0 && strcmp(listen, "::") != 0)
		return listen;
	lan = lan_address(line->arena);
	return lan ? lan : "localhost";
}

const char *setup_url(struct arena *a, bool tls, const char *host, int port)
{
	bool brackets = strchr(host, ':') && host[0] != '[';

	return arena_printf(a, "%s://%s%s%s:%d", tls ? "https" : "http", brackets ? "[" : "", host,
			    brackets ? "]" : "", port);
}

const char *setup_read_text(struct arena *a, const char *path, const char **why)
{
	enum { TEXT_MAX = 1 << 20 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text = arena_alloc(a, TEXT_MAX + 1);
	ssize_t n = fd < 0 ? -1 : read(fd, text, TEXT_MAX);

	if (fd >= 0)
		close(fd);
	if (n < 0) {
		*why = arena_printf(a, "cannot read %s: %s", path, strerror(errno));
		return NULL;
	}
	text[n] = '\0';
	return text;
}

static bool account_exists(void *arg, struct str id)
{
	struct cloud *cloud = arg;

	return turns_account_exists(cloud->turns, id);
}

static bool account_made(void *arg, struct str id)
{
	struct cloud *cloud = arg;

	return turns_account_made(cloud->turns, id);
}

static void wake_caller(void *arg, struct str account, struct str key)
{
	struct cloud *cloud = arg;

	turns_wake(cloud->turns, account, key);
}

/* What runs for an account besides its turns: functions, builds, git. */
static bool end_account(void *arg, struct str account, const char **why)
{
	enum { PATIENCE_US = 10 * 1000000 };
	int64_t until_us = time_monotonic_us() + PATIENCE_US;

	(void)arg;
	*why = "something that runs in the account does not end; please try again";
	return lambda_end(account, until_us) && builder_end(account, until_us) &&
	       git_end(account, until_us);
}

static bool account_emptied(void *arg, struct str account)
{
	struct cloud *cloud = arg;

	if (cloud->emptied && !cloud->emptied(cloud->emptied_arg, account))
		return false;
	ports_forget(account);
	return true;
}

bool cloud_start(struct cloud *cloud, struct aws_config *config, struct turns_config *turns,
		 struct arena *a, const char **why)
{
	if (!folder_make(turns->accounts_dir, a, why))
		return false;
	config->services = cloud_services;
	config->account_exists = account_exists;
	config->account_made = account_made;
	config->arg = cloud;
	config->names_dir = arena_printf(a, "%s/../names", turns->accounts_dir);
	cloud->aws = aws_new(config);
	turns->aws = cloud->aws;
	turns->emptying = (struct turns_emptying){ end_account, account_emptied, cloud };
	turns->clock = config->clock;
	cloud->turns = turns_new(turns);
	git_start(wake_caller, cloud);
	return true;
}

void cloud_stop(struct cloud *cloud)
{
	git_stop();
	turns_free(cloud->turns);
	aws_free(cloud->aws);
}

/* --- functions ------------------------------------------------------------------- */

void functions_prepare(struct functions *f, const char *data, const char *region, bool unsafe)
{
	struct warden_config config = { .root = data }, again = { .root = data, .tried = true };
	const char *why = "";

	*f = (struct functions){
		.warden_fd = -1, .builder_fd = -1, .data = data, .region = region, .walls = true
	};
	if (warden_fork(&f->warden_fd, &config, &why) && warden_fork(&f->builder_fd, &again, &why))
		return;
	f->refused = f->builds_refused = why;
	log_warn("functions cannot run: %s", why);
	config.loose = true;
	f->walls = false;
	if (!unsafe)
		log_warn("with --unsafe-functions they would run without a sandbox");
	if (!unsafe || !warden_fork(&f->warden_fd, &config, &why))
		return;
	f->refused = NULL;
	log_warn(
		"--unsafe-functions: FUNCTIONS RUN WITHOUT A SANDBOX, as the user who started this: "
		"whoever may make one reads and changes all that this user can");
}

/*
 * Where programs inside find the cloud under AWS's names, with a certificate by an authority of this process's own; its
 * certificate in *trusted. NULL, after saying so: without names they still find the cloud by its address.
 */
static struct http_listener *listen_named(const char *region, struct http_server *http,
					  const struct http_listen *inside, struct arena *a,
					  const char **trusted)
{
	static const char *const around[][2] = { { "*.", ".amazonaws.com" },
						 { "*.dynamodb.", ".amazonaws.com" },
						 { "*.ddb.", ".amazonaws.com" },
						 { "*.execute-api.", ".amazonaws.com" },
						 { "*.", ".api.aws" },
						 { "*.lambda-url.", ".on.aws" },
						 { "*.auth.", ".amazoncognito.com" } };
	enum { NAMES = sizeof(around) / sizeof(around[0]) };
	const char *hosts[NAMES + 2] = { "*.amazonaws.com" };
	const char *why = "no certificate can be made";
	struct x509_wish wish = { .name = "Immersion", .now_ms = time_now_ms() };
	struct x509_made authority, own;
	struct http_listen named = *inside;
	struct http_listener *l = NULL;

	for (size_t i = 0; i < NAMES; i++)
		hosts[1 + i] = arena_printf(a, "%s%s%s", around[i][0], region, around[i][1]);
	if (x509_make(a, &wish, &authority)) {
		wish = (struct x509_wish){ "AWS in a sandbox", hosts, wish.now_ms, &authority };
		if (x509_make(a, &wish, &own)) {
			named.cert_pem = own.certificate.p;
			named.key_pem = own.key.p;
			l = http_listen(http, &named, a, &why);
		}
	}
	if (l)
		*trusted = authority.certificate.p;
	else
		log_warn("functions do not find the cloud under AWS's names: %s", why);
	return l;
}

bool functions_start(struct functions *f, struct cloud *cloud, struct http_server *http,
		     http_handler *handler, void *context, struct arena *a, const char **why)
{
	struct http_listen inside = { .body_max = CLOUD_BODY_MAX,
				      .handler = handler,
				      .context = context };
	struct lambda_config config = { .aws = cloud->aws,
					.warden_fd = f->warden_fd,
					.refused = f->refused,
					.data = f->data,
					.http = http,
					.cloud = http_listen(http, &inside, a, why),
					.wake = wake_caller,
					.arg = cloud };

	struct builder_config builds = { .warden_fd = f->builder_fd,
					 .refused = f->builds_refused,
					 .http = http,
					 .cloud = config.cloud };

	outside_start(wake_caller, cloud);
	if (config.cloud && f->walls)
		config.named = listen_named(f->region, http, &inside, a, &config.trusted);
	return config.cloud && lambda_start(&config, a, why) && builder_start(&builds, a, why);
}

void functions_stop(void)
{
	builder_stop();
	lambda_stop();
	outside_stop();
}

/* --- where it is --- */

/* "eu-west-1", "us-gov-east-1": words of small letters, then a number. */
static bool is_region(struct str s)
{
	size_t words = 0;

	while (s.p) {
		struct str word = str_cut(&s, '-');

		for (size_t i = 0; i < word.n; i++) {
			if (s.p ? word.p[i] < 'a' || word.p[i] > 'z'
				: word.p[i] < '0' || word.p[i] > '9')
				return false;
		}
		if (!word.n)
			return false;
		words++;
	}
	return words >= 3;
}

/* A name or an address; what else an address bar would take apart is none. */
static bool is_host(const char *host)
{
	return *host && !host[strcspn(host, " /?#@\\\"'<>")];
}

bool setup_check_place(const struct command_line *line)
{
	const char *region = flag_value(line, "region"), *host = flag_value(line, "public-host");

	if (!is_region(str_of(region))) {
		usage_error(line, "--region takes a name such as eu-west-1, not \"%s\"", region);
		return false;
	}
	if (host && !is_host(host)) {
		usage_error(line,
			    "--public-host takes a name or an address such as 10.0.0.5, not \"%s\"",
			    host);
		return false;
	}
	return true;
}

/* --- sites ------------------------------------------------------------------------ */

bool setup_site_ports(const struct command_line *line, int *from, int *to)
{
	const char *given = flag_value(line, "site-ports");

	if (sscanf(given, "%d-%d", from, to) == 2 && *from >= 1 && *to <= 65535 && *from <= *to)
		return true;
	usage_error(line, "--site-ports takes a range such as 20000-20999, not \"%s\"", given);
	return false;
}

bool setup_account_disk(const struct command_line *line)
{
	int mib;

	if (!flag_int(line, "account-disk", 1, 4096, &mib))
		return false;
	share_set((int64_t)mib << 20);
	return true;
}

bool sites_start(const struct command_line *line, const char *data, struct http_server *http,
		 struct http_listener *like, const char *host, const char **why)
{
	struct ports_config config = { .data = data,
				       .address = flag_value(line, "listen"),
				       .host = host,
				       .http = http,
				       .like = like,
				       .services = cloud_services };

	return setup_site_ports(line, &config.from, &config.to) &&
	       ports_start(&config, line->arena, why);
}

void sites_stop(void)
{
	ports_stop();
}
