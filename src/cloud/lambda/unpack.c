/* The thread that unpacks large zips; see unpack.h. */
#include "cloud/lambda/unpack.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/time.h"
#include "store/folder.h"

enum { FORGET_US = 120 * 1000000 };

struct work {
	struct work *next;
	struct arena *arena; /* owns it and its strings */
	const char *account, *path, *dir;
	struct str id;
	bool taken, done;
	int64_t done_us;
	struct unpacked result;
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t more;
	pthread_cond_t done; /* a zip is */
	pthread_t thread;
	bool running, stop;
	struct work *work; /* the oldest last */
	void (*wake)(void *arg, struct str account, struct str key);
	void *arg;
} unpacker = { .lock = PTHREAD_MUTEX_INITIALIZER,
	       .more = PTHREAD_COND_INITIALIZER,
	       .done = PTHREAD_COND_INITIALIZER };

/* --- one zip ---------------------------------------------------------------------------------- */

/* The name that a digest gives in a folder; with `end` behind it. */
static const char *place(struct arena *a, const char *dir, const struct unpacked *u,
			 const char *end)
{
	char hex[2 * SHA256_BYTES + 1];

	hash_hex(u->digest, sizeof(u->digest), hex);
	return arena_printf(a, "%s/%s%s", dir, hex, end);
}

static void unpack_folder(struct arena *a, struct str zip, const char *dir, struct unpacked *out)
{
	const char *folder = place(a, dir, out, ""), *fresh = place(a, dir, out, ".new");

	if (access(folder, F_OK) == 0) {
		out->outcome = zip_measure(zip, &out->unzipped);
		return;
	}
	folder_remove(fresh);
	out->outcome = zip_unpack(zip, fresh, &out->unzipped);
	if (out->outcome != ZIP_GOOD || rename(fresh, folder) == 0)
		return;
	folder_remove(fresh);
	out->outcome = access(folder, F_OK) == 0 ? ZIP_GOOD : ZIP_DISK;
}

static void digest(struct str zip, struct unpacked *out)
{
	*out = (struct unpacked){ .size = (int64_t)zip.n };
	hash_sha256(zip, out->digest);
}

void unpack_now(struct str zip, const char *dir, struct unpacked *out)
{
	struct arena *a = arena_new();
	const char *why;

	digest(zip, out);
	unpack_folder(a, zip, dir, out);
	if (out->outcome == ZIP_GOOD && !folder_write(place(a, dir, out, ".zip"), zip, a, &why))
		out->outcome = ZIP_DISK;
	arena_free(a);
}

/* The same for a file, which becomes the zip that is kept. */
static void unpack_file(struct work *w)
{
	int fd = open(w->path, O_RDONLY | O_CLOEXEC);
	struct stat st = { .st_size = 0 };
	void *bytes = MAP_FAILED;

	w->result.outcome = ZIP_DISK;
	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size)
		bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes != MAP_FAILED) {
		struct str zip = str_make(bytes, (size_t)st.st_size);

		digest(zip, &w->result);
		unpack_folder(w->arena, zip, w->dir, &w->result);
		munmap(bytes, (size_t)st.st_size);
	}
	if (fd >= 0)
		close(fd);
	if (w->result.outcome == ZIP_GOOD &&
	    rename(w->path, place(w->arena, w->dir, &w->result, ".zip")) != 0)
		w->result.outcome = ZIP_DISK;
	unlink(w->path);
}

/* --- the queue ---------------------------------------------------------------------------------- */

static void work_free(struct work *w)
{
	struct work **at = &unpacker.work;

	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
	arena_free(w->arena);
}

/* What nobody has come for goes; the oldest that is to be done, or NULL. */
static struct work *next_work(void)
{
	int64_t now = time_monotonic_us();
	struct work *oldest = NULL, *next;

	for (struct work *w = unpacker.work; w; w = next) {
		next = w->next;
		if (!w->taken)
			oldest = w;
		else if (w->done && now - w->done_us > FORGET_US)
			work_free(w);
	}
	return oldest;
}

static void *unpack_main(void *arg)
{
	struct work *w;

	(void)arg;
	pthread_setname_np(pthread_self(), "unpack");
	pthread_mutex_lock(&unpacker.lock);
	while (!unpacker.stop) {
		w = next_work();
		if (!w) {
			pthread_cond_wait(&unpacker.more, &unpacker.lock);
			continue;
		}
		w->taken = true;
		pthread_mutex_unlock(&unpacker.lock);
		unpack_file(w);
		pthread_mutex_lock(&unpacker.lock);
		w->done = true;
		w->done_us = time_monotonic_us();
		pthread_cond_broadcast(&unpacker.done);
		unpacker.wake(unpacker.arg, str_of(w->account), w->id);
	}
	pthread_mutex_unlock(&unpacker.lock);
	return NULL;
}

void unpack_start(void (*wake)(void *arg, struct str account, struct str key), void *arg)
{
	unpacker.wake = wake;
	unpacker.arg = arg;
	unpacker.stop = false;
	unpacker.running = pthread_create(&unpacker.thread, NULL, unpack_main, NULL) == 0;
}

void unpack_stop(void)
{
	if (!unpacker.running)
		return;
	pthread_mutex_lock(&unpacker.lock);
	unpacker.stop = true;
	unpacker.running = false;
	pthread_cond_signal(&unpacker.more);
	pthread_mutex_unlock(&unpacker.lock);
	pthread_join(unpacker.thread, NULL);
	while (unpacker.work) {
		unlink(unpacker.work->path);
		work_free(unpacker.work);
	}
}

bool unpack_later(const char *account, struct str id, const char *path, const char *dir)
{
	struct arena *a;
	struct work *w;
	bool running;

	pthread_mutex_lock(&unpacker.lock);
	running = unpacker.running;
	if (running) {
		a = arena_new();
		w = ARENA_NEW(a, struct work);
		*w = (struct work){ .next = unpacker.work,
				    .arena = a,
				    .account = arena_printf(a, "%s", account),
				    .path = arena_printf(a, "%s", path),
				    .dir = arena_printf(a, "%s", dir),
				    .id = arena_dup(a, id) };
		unpacker.work = w;
		pthread_cond_signal(&unpacker.more);
	}
	pthread_mutex_unlock(&unpacker.lock);
	return running;
}

/* What is not under way is forgotten; is anything? With the lock held. */
static bool forget(const char *account)
{
	struct work *next;
	bool left = false;

	for (struct work *w = unpacker.work; w; w = next) {
		next = w->next;
		if (strcmp(w->account, account) != 0)
			continue;
		if (w->taken && !w->done)
			left = true;
		else
			work_free(w);
	}
	return left;
}

bool unpack_end_account(const char *account, int64_t until_us)
{
	bool left;

	pthread_mutex_lock(&unpacker.lock);
	while ((left = forget(account)) && time_wait(&unpacker.done, &unpacker.lock, until_us))
		;
	pthread_mutex_unlock(&unpacker.lock);
	return !left;
}

enum unpack_state unpack_take(struct str id, struct unpacked *out)
{
	enum unpack_state state = UNPACK_UNKNOWN;
	struct work *w;

	pthread_mutex_lock(&unpacker.lock);
	w = unpacker.work;
	while (w && !str_eq(w->id, id))
		w = w->next;
	if (w)
		state = w->done ? UNPACK_DONE : UNPACK_RUNNING;
	if (state == UNPACK_DONE) {
		*out = w->result;
		work_free(w);
	}
	pthread_mutex_unlock(&unpacker.lock);
	return state;
}
