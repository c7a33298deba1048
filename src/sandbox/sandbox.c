/* The server's side of sandboxes: one thread that listens to the warden and to every init. */
#include "sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/time.h"
#include "sandbox/inside.h"

enum {
	SLOT_BITS = 10,
	SLOTS = WARDEN_SANDBOXES_MAX,
	EVENTS = 64,
	READ_SIZE = 16 << 10,
	DRAIN_READS = 5,
	REST_MS = 5,
};
/* Who prints. */
enum voice { PROGRAM, EXTENSIONS, VOICES };
/* What an epoll event is about: the low bits of its data; the rest is a sandbox's number. */
enum source {
	FROM_PROGRAM = PROGRAM,
	FROM_EXTENSIONS = EXTENSIONS,
	FROM_VOICES,
	FROM_CONTROL,
	FROM_WARDEN,
	FROM_STOP
};
enum { SOURCE_BITS = 3 };

struct sandbox {
	uint32_t id; /* 0: this place is free */
	int control; /* -1 once closed, like the next */
	int outputs[VOICES];
	bool exited; /* the warden said so */
	bool told;   /* the init told the program's status */
	struct sandbox_end end;
};

struct sandboxes {
	struct sandboxes_config config;
	int epoll_fd, stop_fd;
	int voices_fd; /* an epoll set of all outputs, itself in the other */
	bool resting;  /* from listening to voices: on the listening thread only */
	int64_t rest_until_us;
	pthread_t thread;
	pthread_mutex_t
		output_lock;  /* whoever reads output, until it is told; taken before `lock` */
	pthread_mutex_t lock; /* of what follows */
	uint32_t generation;
	struct sandbox at[SLOTS];
};

/* --- the table -------------------------------------------------------------------- */

/* The sandbox with this number, or NULL. Under the lock. */
static struct sandbox *find(struct sandboxes *s, uint32_t id)
{
	struct sandbox *box = &s->at[id & (SLOTS - 1)];

	return id && box->id == id ? box : NULL;
}

/* A free place with a new number, or NULL. Under the lock. */
static struct sandbox *take_place(struct sandboxes *s)
{
	for (uint32_t i = 0; i < SLOTS; i++) {
		uint32_t slot = (s->generation + i) & (SLOTS - 1);

		if (s->at[slot].id)
			continue;
		s->generation++;
		s->at[slot] = (struct sandbox){ .id = (s->generation << SLOT_BITS) | slot,
						.control = -1,
						.outputs = { -1, -1 } };
		return &s->at[slot];
	}
	return NULL;
}

static bool watch(struct sandboxes *s, int fd, uint32_t id, enum source source)
{
	bool is_voice = source == FROM_PROGRAM || source == FROM_EXTENSIONS;
	struct epoll_event event = { .events = EPOLLIN,
				     .data.u64 = (uint64_t)id << SOURCE_BITS | source };

	return epoll_ctl(is_voice ? s->voices_fd : s->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* To be told of voices once more. */
static bool listen_to_voices(struct sandboxes *s, int how)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLONESHOT, .data.u64 = FROM_VOICES };

	s->resting = false;
	return epoll_ctl(s->epoll_fd, how, s->voices_fd, &event) == 0;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void close_outputs(struct sandbox *box)
{
	for (int i = 0; i < VOICES; i++)
		close_fd(&box->outputs[i]);
}

/* --- what arrives ------------------------------------------------------------------- */

/* Tell the end once the warden has and all output has been read. */
static void perhaps_end(struct sandboxes *s, uint32_t id)
{
	struct sandbox_end end;
	struct sandbox *box;

	pthread_mutex_lock(&s->lock);
	box = find(s, id);
	if (!box || !box->exited || box->outputs[PROGRAM] >= 0 || box->outputs[EXTENSIONS] >= 0) {
		pthread_mutex_unlock(&s->lock);
		return;
	}
	end = box->end;
	close_fd(&box->control);
	box->id = 0;
	pthread_mutex_unlock(&s->lock);
	s->config.ended(s->config.arg, id, &end);
}

static void tell_output(struct sandboxes *s, uint32_t id, enum voice voice, struct str bytes)
{
	if (voice == EXTENSIONS && s->config.beside)
		s->config.beside(s->config.arg, id, bytes);
	else
		s->config.output(s->config.arg, id, bytes);
}

/* Read output once; how much, 0 or less: none now. At its end the pipe is closed, on the listening thread only. */
static ssize_t hear_voice(struct sandboxes *s, uint32_t id, enum voice voice, bool listening)
{
	char bytes[READ_SIZE];
	struct sandbox *box;
	ssize_t n = -1;

	pthread_mutex_lock(&s->output_lock);
	pthread_mutex_lock(&s->lock);
	box = find(s, id);
	if (box && box->outputs[voice] >= 0) {
		n = read(box->outputs[voice], bytes, sizeof(bytes));
		if (listening && (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)))
			close_fd(&box->outputs[voice]);
	}
	pthread_mutex_unlock(&s->lock);
	if (n > 0)
		tell_output(s, id, voice, str_make(bytes, (size_t)n));
	pthread_mutex_unlock(&s->output_lock);
	return n;
}

static bool hear_output(struct sandboxes *s, uint32_t id, bool listening)
{
	bool some = hear_voice(s, id, PROGRAM, listening) > 0;

	return hear_voice(s, id, EXTENSIONS, listening) > 0 || some;
}

/* As much as the pipes hold: a program that never stops printing must not keep us. */
static void hear_pipes(struct sandboxes *s, uint32_t id, bool listening)
{
	for (int i = 0; i < DRAIN_READS && hear_output(s, id, listening); i++)
		;
}

/*
 * Whoever has printed. Functions print a line here and there, and to be woken by each costs more than to read it: after
 * some lines we rest. Who wants to know earlier, because an invocation ends, drains; nobody rests while much is printed.
 */
static void hear_voices(struct sandboxes *s)
{
	struct epoll_event events[EVENTS];
	int n = epoll_wait(s->voices_fd, events, EVENTS, 0);
	bool much = n == EVENTS;

	for (int i = 0; i < n; i++) {
		uint32_t id = (uint32_t)(events[i].data.u64 >> SOURCE_BITS);
		enum voice voice = events[i].data.u64 & ((1 << SOURCE_BITS) - 1);
		ssize_t heard = hear_voice(s, id, voice, true);

		much |= heard == READ_SIZE;
		if (heard <= 0)
			perhaps_end(s, id);
	}
	if (much) {
		listen_to_voices(s, EPOLL_CTL_MOD);
	} else {
		s->resting = true;
		s->rest_until_us = time_monotonic_us() + REST_MS * 1000;
	}
}

/* How the program has ended. It was started, if it says so itself. */
static void take_end(struct sandboxes *s, uint32_t id, const struct init_message *message)
{
	struct sandbox_end end = { .started = false };
	struct sandbox *box;

	pthread_mutex_lock(&s->lock);
	box = find(s, id);
	if (box) {
		box->told = true;
		box->end.status = message->value;
		box->end.over_memory = message->over_memory;
		box->end.by_extension = message->by_extension;
		box->end.no_program = message->no_program;
		box->end.exec_error = message->exec_error;
		box->end.peak_kb = message->peak_kb;
		end = box->end;
		end.started = true;
	}
	pthread_mutex_unlock(&s->lock);
	if (!box || message->kind == INIT_ENDED)
		return;
	/* What was printed before is told before; but extensions go on, and may print for ever. */
	sandbox_drain(s, id);
	if (s->config.left)
		s->config.left(s->config.arg, id, &end);
	else
		sandbox_stop(s, id);
}

static void take_message(struct sandboxes *s, uint32_t id, const struct init_message *message,
			 int *fd)
{
	if (message->kind == INIT_CONNECTED && *fd >= 0 &&
	    (message->value == SANDBOX_PORT_RUNTIME || message->value == SANDBOX_PORT_CLOUD ||
	     message->value == SANDBOX_PORT_TLS)) {
		s->config.connected(s->config.arg, id, message->value, *fd);
		*fd = -1;
	} else if (message->kind == INIT_DIALED && s->config.dialed) {
		s->config.dialed(s->config.arg, id, message->value, *fd);
		*fd = -1;
	} else if (message->kind == INIT_FROZEN || message->kind == INIT_MEMORY) {
		if (s->config.memory)
			s->config.memory(s->config.arg, id, message->peak_kb, message->own_kb);
		if (message->kind == INIT_MEMORY || !s->config.frozen)
			return;
		/* What was printed before is told before. */
		while (hear_output(s, id, true))
			;
		s->config.frozen(s->config.arg, id, message->peak_kb);
	} else if (message->kind == INIT_ENDED || message->kind == INIT_LEFT) {
		take_end(s, id, message);
	}
}

/* One packet of an init; false at the end or when there is none now. */
static bool hear_init(struct sandboxes *s, uint32_t id)
{
	struct init_message message;
	struct sandbox *box;
	size_t fd_count = 0;
	int fd = -1;
	ssize_t n;

	pthread_mutex_lock(&s->lock);
	box = find(s, id);
	n = box && box->control >= 0
		    ? packet_receive(box->control, &message, sizeof(message), &fd, 1, &fd_count)
		    : -1;
	if (n == 0)
		close_fd(&box->control);
	pthread_mutex_unlock(&s->lock);
	if (n == sizeof(message))
		take_message(s, id, &message, &fd);
	if (fd >= 0)
		close(fd);
	return n > 0;
}

/* One packet of the warden; false when the warden is gone. */
static bool hear_warden(struct sandboxes *s)
{
	struct warden_exit message;
	struct sandbox *box;
	size_t fd_count;
	ssize_t n =
		packet_receive(s->config.warden_fd, &message, sizeof(message), NULL, 0, &fd_count);

	if (n != sizeof(message) || message.head.kind != WARDEN_EXITED)
		return n > 0;
	while (hear_init(s, message.head.id))
		;
	pthread_mutex_lock(&s->lock);
	box = find(s, message.head.id);
	if (box) {
		box->exited = true;
		box->end.started = message.status != -1;
		box->end.cpu_us = message.cpu_us;
		if (!box->told)
			box->end.status = message.status;
		if (!box->end.started)
			close_outputs(box);
	}
	pthread_mutex_unlock(&s->lock);
	hear_pipes(s, message.head.id, true);
	perhaps_end(s, message.head.id);
	return true;
}

/* Hear one who has something to say; false: the end. */
static bool hear(struct sandboxes *s, uint64_t data)
{
	switch (data & ((1 << SOURCE_BITS) - 1)) {
	case FROM_CONTROL:
		hear_init(s, (uint32_t)(data >> SOURCE_BITS));
		break;
	case FROM_VOICES:
		hear_voices(s);
		break;
	case FROM_WARDEN:
		if (!hear_warden(s))
			epoll_ctl(s->epoll_fd, EPOLL_CTL_DEL, s->config.warden_fd, NULL);
		break;
	case FROM_STOP:
		return false;
	}
	return true;
}

static void *listen_main(void *arg)
{
	struct sandboxes *s = arg;
	struct epoll_event events[EVENTS];
	bool more = true;

	pthread_setname_np(pthread_self(), "sandboxes");
	while (more) {
		int n = epoll_wait(s->epoll_fd, events, EVENTS, s->resting ? REST_MS : -1);

		for (int i = 0; i < n && more; i++)
			more = hear(s, events[i].data.u64);
		if (s->resting && time_monotonic_us() >= s->rest_until_us)
			listen_to_voices(s, EPOLL_CTL_MOD);
	}
	return NULL;
}

/* --- what is asked -------------------------------------------------------------------- */

/* The pair for control and the pipes for output: ours in the box, theirs in fds. */
static bool open_ends(struct sandbox *box, int fds[WARDEN_FDS])
{
	int control[2], output[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) != 0)
		return false;
	box->control = control[0];
	fds[0] = control[1];
	for (int i = 0; i < VOICES; i++) {
		if (pipe2(output, O_CLOEXEC) != 0)
			return false;
		box->outputs[i] = output[0];
		fds[1 + i] = output[1];
		if (fcntl(box->outputs[i], F_SETFL, O_NONBLOCK) != 0)
			return false;
	}
	return fcntl(box->control, F_SETFL, O_NONBLOCK) == 0;
}

static bool watch_ends(struct sandboxes *s, const struct sandbox *box)
{
	return watch(s, box->control, box->id, FROM_CONTROL) &&
	       watch(s, box->outputs[PROGRAM], box->id, FROM_PROGRAM) &&
	       watch(s, box->outputs[EXTENSIONS], box->id, FROM_EXTENSIONS);
}

uint32_t sandbox_start(struct sandboxes *s, const struct plan *plan)
{
	struct warden_head head = { .kind = WARDEN_START };
	struct sandbox *box;
	struct buf packet;
	int fds[WARDEN_FDS] = { -1, -1, -1 };
	bool good;

	buf_init(&packet, WARDEN_PACKET_MAX);
	pthread_mutex_lock(&s->lock);
	box = take_place(s);
	head.id = box ? box->id : 0;
	buf_add(&packet, str_make(&head, sizeof(head)));
	good = box && plan_print(plan, &packet) && open_ends(box, fds) && watch_ends(s, box) &&
	       packet_send(s->config.warden_fd, buf_str(&packet), fds, WARDEN_FDS);
	if (box && !good) {
		close_fd(&box->control);
		close_outputs(box);
		box->id = 0;
	}
	pthread_mutex_unlock(&s->lock);
	for (int i = 0; i < WARDEN_FDS; i++)
		close_fd(&fds[i]);
	buf_release(&packet);
	return good ? head.id : 0;
}

void sandbox_stop(struct sandboxes *s, uint32_t id)
{
	struct warden_head head = { WARDEN_STOP, id };
	struct sandbox *box;

	pthread_mutex_lock(&s->lock);
	box = find(s, id);
	if (box) {
		box->end.stopped = true;
		packet_send(s->config.warden_fd, str_make(&head, sizeof(head)), NULL, 0);
	}
	pthread_mutex_unlock(&s->lock);
}

static void tell_init(struct sandboxes *s, uint32_t id, enum init_kind kind, int value)
{
	struct init_message message = { .kind = kind, .value = value };
	struct sandbox *box;

	pthread_mutex_lock(&s->lock);
	box = find(s, id);
	if (box && box->control >= 0)
		packet_send(box->control, str_make(&message, sizeof(message)), NULL, 0);
	pthread_mutex_unlock(&s->lock);
}

void sandbox_freeze(struct sandboxes *s, uint32_t id)
{
	tell_init(s, id, INIT_FREEZE, 0);
}

void sandbox_thaw(struct sandboxes *s, uint32_t id)
{
	tell_init(s, id, INIT_THAW, 0);
}

void sandbox_proceed(struct sandboxes *s, uint32_t id)
{
	tell_init(s, id, INIT_PROCEED, 0);
}

void sandbox_dial(struct sandboxes *s, uint32_t id, int port)
{
	tell_init(s, id, INIT_DIAL, port);
}

void sandbox_shutdown(struct sandboxes *s, uint32_t id, int patience_ms)
{
	tell_init(s, id, INIT_SHUTDOWN, patience_ms);
}

void sandbox_drain(struct sandboxes *s, uint32_t id)
{
	hear_pipes(s, id, false);
}

struct sandboxes *sandboxes_new(const struct sandboxes_config *config)
{
	struct sandboxes *s = calloc(1, sizeof(*s));

	if (!s)
		abort();
	s->config = *config;
	pthread_mutex_init(&s->lock, NULL);
	pthread_mutex_init(&s->output_lock, NULL);
	s->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	s->voices_fd = epoll_create1(EPOLL_CLOEXEC);
	s->stop_fd = eventfd(0, EFD_CLOEXEC);
	if (s->epoll_fd < 0 || s->voices_fd < 0 || s->stop_fd < 0 ||
	    !listen_to_voices(s, EPOLL_CTL_ADD) || !watch(s, config->warden_fd, 0, FROM_WARDEN) ||
	    !watch(s, s->stop_fd, 0, FROM_STOP) ||
	    pthread_create(&s->thread, NULL, listen_main, s) != 0)
		abort();
	return s;
}

void sandboxes_free(struct sandboxes *s)
{
	uint64_t one = 1;

	if (!s)
		return;
	if (write(s->stop_fd, &one, sizeof(one)) != sizeof(one))
		abort();
	pthread_join(s->thread, NULL);
	/* The warden ends when its socket does, and each init with its control socket. */
	close(s->config.warden_fd);
	for (size_t i = 0; i < SLOTS; i++) {
		if (!s->at[i].id)
			continue;
		close_fd(&s->at[i].control);
		close_outputs(&s->at[i]);
	}
	close(s->voices_fd);
	close(s->epoll_fd);
	close(s->stop_fd);
	pthread_mutex_destroy(&s->lock);
	pthread_mutex_destroy(&s->output_lock);
	free(s);
}
