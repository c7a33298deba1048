/*
 * Breaking out of a sandbox: programs that try, in earnest, to reach what is not theirs or to take more than
 * they may. Each of them must fail, and the next sandbox must start as if nothing had been.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/time.h"
#include "sandbox/sandbox.h"
#include "store/folder.h"
#include "unit/tap.h"

/* What is known of the one sandbox that runs at a time. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t change;
	struct buf output;
	struct sandbox_end end;
	bool ended, frozen;
	int connections[3], rejected;
	int64_t frozen_kb;
} seen = { .lock = PTHREAD_MUTEX_INITIALIZER, .change = PTHREAD_COND_INITIALIZER };
static struct sandboxes *sandboxes;
static char *root, *theirs, *ours;
static const char *trusted = "an authority";

/* --- the server's side ------------------------------------------------------------ */

static void connected(void *arg, uint32_t id, int port, int fd)
{
	static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

	(void)arg;
	(void)id;
	if (write(fd, answer, sizeof(answer) - 1) < 0)
		diag("the answer was not wanted");
	close(fd);
	pthread_mutex_lock(&seen.lock);
	seen.connections[port == SANDBOX_PORT_CLOUD ? 1 : port == SANDBOX_PORT_TLS ? 2 : 0]++;
	pthread_mutex_unlock(&seen.lock);
}

static void output(void *arg, uint32_t id, struct str bytes)
{
	(void)arg;
	(void)id;
	pthread_mutex_lock(&seen.lock);
	buf_add(&seen.output, bytes);
	pthread_cond_broadcast(&seen.change);
	pthread_mutex_unlock(&seen.lock);
}

static void frozen(void *arg, uint32_t id, int64_t peak_kb)
{
	(void)arg;
	(void)id;
	pthread_mutex_lock(&seen.lock);
	seen.frozen = true;
	seen.frozen_kb = peak_kb;
	pthread_cond_broadcast(&seen.change);
	pthread_mutex_unlock(&seen.lock);
}

static void ended(void *arg, uint32_t id, const struct sandbox_end *end)
{
	(void)arg;
	(void)id;
	pthread_mutex_lock(&seen.lock);
	seen.end = *end;
	seen.ended = true;
	pthread_cond_broadcast(&seen.change);
	pthread_mutex_unlock(&seen.lock);
}

/* Wait until a condition holds, under the lock; false after `seconds`. */
#define WAIT(condition, seconds)                                                                   \
	__extension__({                                                                            \
		struct timespec until;                                                             \
		int error = 0;                                                                     \
		clock_gettime(CLOCK_REALTIME, &until);                                             \
		until.tv_sec += (seconds);                                                         \
		pthread_mutex_lock(&seen.lock);                                                    \
		while (!(condition) && !error)                                                     \
			error = pthread_cond_timedwait(&seen.change, &seen.lock, &until);          \
		pthread_mutex_unlock(&seen.lock);                                                  \
		error == 0;                                                                        \
	})

/* --- running programs --------------------------------------------------------------- */

static uint32_t start_words(const char *const *words, size_t count)
{
	static const char *variables[] = { "PATH=/usr/bin:/bin", "SECRET=only mine", NULL };
	struct plan_mount mount = { ours, "/var/task" };
	struct plan plan = { .memory_mb = 64,
			     .tmp_mb = 8,
			     .processes = 40,
			     .files = 256,
			     .trusted = trusted,
			     .folder = "/var/task",
			     .words = (const char **)words,
			     .variables = variables,
			     .mounts = &mount,
			     .word_count = count,
			     .variable_count = 2,
			     .mount_count = 1 };

	buf_clear(&seen.output);
	seen.ended = seen.frozen = false;
	memset(seen.connections, 0, sizeof(seen.connections));
	return sandbox_start(sandboxes, &plan);
}

static uint32_t start(const char *interpreter, const char *script)
{
	const char *words[] = { interpreter, "-c", script, NULL };

	return start_words(words, 3);
}

/* Run to the end; what it printed, without the last newline. */
static struct str run(const char *interpreter, const char *script)
{
	uint32_t id = start(interpreter, script);

	if (!id || !WAIT(seen.ended, 20)) {
		diag("it did not end: %.*s", STR_ARG(buf_str(&seen.output)));
		sandbox_stop(sandboxes, id);
		WAIT(seen.ended, 5);
		return STR("(it did not end)");
	}
	return str_trim(buf_str(&seen.output));
}

static struct str sh(const char *script)
{
	return run("/bin/sh", script);
}

static struct str python(const char *script)
{
	return run("/usr/bin/python3", script);
}

/* --- what it is ------------------------------------------------------------------------ */

static void what_is_there(void)
{
	is_str(sh("echo hello; exit 3"), "hello", "a program runs and is heard");
	ok(seen.end.started && WIFEXITED(seen.end.status) && WEXITSTATUS(seen.end.status) == 3,
	   "its exit code is told");
	is_str(sh("cat code.txt"), "my code", "it starts in its folder and sees its code");
	is_str(sh("env | grep -Ev '^(PWD|SHLVL|_)=' | sort | tr '\\n' ' '"),
	       "PATH=/usr/bin:/bin SECRET=only mine",
	       "its environment is what was given and nothing else");
	is_str(sh("id -u; id -g"), "993\n990", "it is no root");
	is_str(sh("kill -9 $$"), "", "a program may kill itself");
	ok(WIFSIGNALED(seen.end.status) && WTERMSIG(seen.end.status) == SIGKILL,
	   "and the signal is told");
	is_str(run("/usr/bin/no-such-program", ""),
	       "/usr/bin/no-such-program: No such file or directory",
	       "a program that is not there is named");
}

static void files(void)
{
	char script[512];

	is_str(sh("echo x > code.txt && echo broken || true"),
	       "/bin/sh: line 1: code.txt: Read-only file system", "code cannot be changed");
	snprintf(script, sizeof(script), "cat %s/secret.txt 2>/dev/null || echo none", theirs);
	is_str(sh(script), "none", "another attendee's files are not there");
	snprintf(script, sizeof(script), "ls -A %s 2>/dev/null | wc -l", root);
	is_str(sh(script), "0", "nor is the data folder");
	is_str(sh("cat link/secret.txt 2>/dev/null || echo none"), "none",
	       "a link in the code that leads to them leads nowhere");
	is_str(sh("ls -d /home/* /root/* /work 2>/dev/null; cat /etc/shadow 2>/dev/null; echo end"),
	       "end", "nobody's home and no passwords are there");
	is_str(sh("for d in / /usr /etc /dev /dev/shm /var /var/task /proc/sys/kernel /opt; do "
		  "(echo x > $d/x) 2>/dev/null && echo $d; done; echo end"),
	       "end", "nothing but /tmp can be written");
	is_str(sh("echo x > /tmp/x && cat /tmp/x"), "x", "/tmp can");
	is_str(sh("ls -A /tmp"), "", "and is new for every sandbox");
	/* ThreadSanitizer keeps half a MiB of the init's constants there, in a file without a name (tsan.rodata). */
	is_str(sh("stat -f -c '%b of %S' /tmp; free=$(($(stat -f -c '%a * %S' /tmp)));"
		  "head -c 64000000 /dev/zero > /tmp/big 2>/dev/null;"
		  "echo $(($(wc -c < /tmp/big) - free)) $((free < 7 << 20))"),
	       "2048 of 4096\n0 0", "/tmp holds what it may hold and no more");
	is_str(sh("mount -t tmpfs none /mnt 2>/dev/null && echo mounted; ls /proc/1/root 2>&1 | "
		  "grep -c 'ermission denied\\|cannot'"),
	       "1", "nothing can be mounted, and process 1 cannot be looked into");
}

static void processes(void)
{
	is_str(python("import os\n"
		      "print(sorted(int(p) for p in os.listdir('/proc') if p.isdigit())[0], "
		      "len([p for p in os.listdir('/proc') if p.isdigit()]))"),
	       "1 2", "it sees its own processes only");
	is_str(sh("kill -9 1 2>/dev/null; kill -STOP 1; sleep 0.1; echo alive"), "alive",
	       "process 1 cannot be killed or stopped");
	is_str(python("import ctypes\n"
		      "libc = ctypes.CDLL(None, use_errno=True)\n"
		      "for call in (101, 16, 1), (272, 0x10000000), (308, 0, 0), (425, 1, 0):\n"
		      "    print(libc.syscall(*call, 0), ctypes.get_errno(), end=' ')"),
	       "-1 1 -1 1 -1 1 -1 38", "tracing, namespaces and io_uring are refused");
	is_str(python("import os, signal\n"
		      "signal.alarm(10)\n"
		      "n = 0\n"
		      "try:\n"
		      "    while n < 100000:\n"
		      "        if os.fork() == 0:\n"
		      "            signal.pause()\n"
		      "        n += 1\n"
		      "except OSError as e:\n"
		      "    print(n < 45, e.strerror)"),
	       "True Resource temporarily unavailable", "a fork bomb ends at the limit");
	is_str(sh("echo well"), "well", "and the next sandbox starts as ever");
}

static void memory(void)
{
	int64_t began = time_monotonic_us();

	is_str(python("import os, time\n"
		      "if os.fork() == 0:\n"
		      "    x = bytearray(200 << 20)\n"
		      "time.sleep(10)"),
	       "", "a child that takes 200 MB of 64 is killed with the rest");
	ok(seen.end.over_memory && time_monotonic_us() - began < 5000000,
	   "and it is told that memory was the reason");
	python("x = []\nwhile True: x.append(bytearray(1 << 20))");
	ok(seen.end.over_memory || WEXITSTATUS(seen.end.status) == 1,
	   "so is one that takes ever more");
	python("import mmap, time\n"
	       "x = mmap.mmap(-1, 200 << 20)\n"
	       "for at in range(0, len(x), 4096): x[at] = 1\n"
	       "time.sleep(10)");
	ok(seen.end.over_memory, "so is one whose memory could be shared");
	python("import os, socket\n"
	       "x = bytearray(200 << 20) if os.fork() == 0 else None\n"
	       "while True: socket.create_connection(('127.0.0.1', 4566)).close()");
	ok(seen.end.over_memory, "so is one that opens connections all the time");
	is_str(python("import ctypes\n"
		      "libc = ctypes.CDLL(None, use_errno=True)\n"
		      "for call in (319, b'x', 0), (29, 0, 8 << 30, 0o1600):\n"
		      "    print(libc.syscall(*call), ctypes.get_errno(), end=' ')"),
	       "-1 38 -1 38", "memory that belongs to no process cannot be had");
	python("import time\n"
	       "for i in range(1000000): open('/tmp/%d' % i, 'w').close()\n"
	       "time.sleep(10)");
	ok(seen.end.over_memory, "a million files in /tmp are too many");
	is_str(python("import mmap\n"
		      "try:\n"
		      "    mmap.mmap(-1, 8 << 30, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)\n"
		      "except OSError as e:\n"
		      "    print(e.strerror)"),
	       "Cannot allocate memory", "8 GB at once are refused");
}

/* How many processes of this machine have `word` among their words. */
static int processes_with(const char *word)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int count = 0;

	while (proc && (entry = readdir(proc))) {
		char path[300], text[4096];
		int fd;
		ssize_t n;

		snprintf(path, sizeof(path), "/proc/%s/cmdline", entry->d_name);
		fd = entry->d_name[0] > '0' && entry->d_name[0] <= '9' ? open(path, O_RDONLY) : -1;
		n = fd < 0 ? -1 : read(fd, text, sizeof(text));
		if (fd >= 0)
			close(fd);
		if (n > 0 && str_find_str(str_make(text, (size_t)n), str_of(word)) >= 0)
			count++;
	}
	closedir(proc);
	return count;
}

static bool gone(const char *word)
{
	for (int i = 0; i < 100 && processes_with(word); i++)
		usleep(20000);
	return processes_with(word) == 0;
}

static void leftovers(void)
{
	uint32_t id;

	is_str(sh("(setsid sleep 71717 </dev/null >/dev/null 2>&1 &); echo left"), "left",
	       "a program that leaves a process behind ends");
	ok(gone("71717"), "and what it left ends with it");
	id = start("/bin/sh", "trap '' TERM INT HUP; sleep 72727 & sleep 72727");
	usleep(300000);
	is_int(processes_with("72727") >= 2, 1, "a stubborn program runs");
	sandbox_stop(sandboxes, id);
	ok(WAIT(seen.ended, 5) && seen.end.stopped, "it is stopped");
	ok(gone("72727"), "with all its processes");
	sandbox_stop(sandboxes, id);
	sandbox_stop(sandboxes, 12345);
	is_str(sh("echo well"), "well", "stopping what has ended does no harm");
}

static void network(void)
{
	char script[512];
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(fd, (struct sockaddr *)&at, n) != 0 || listen(fd, 5) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &n) != 0)
		diag("no listening socket");
	snprintf(script, sizeof(script),
		 "import socket\n"
		 "for at in (('127.0.0.1', %d), ('192.0.2.1', 80), ('169.254.169.254', 80)):\n"
		 "    try: print(socket.create_connection(at, 2))\n"
		 "    except OSError as e: print(e.errno, end=' ')\n"
		 "print(len(socket.if_nameindex()))",
		 ntohs(at.sin_port));
	is_str(python(script), "111 101 101 1",
	       "this machine's ports, other machines and metadata are out of reach");
	close(fd);
	is_str(python("import urllib.request as u\n"
		      "print(u.urlopen('http://127.0.0.1:9001/a').read(), "
		      "u.urlopen('http://127.0.0.1:4566/b').read())"),
	       "b'hello' b'hello'", "the two ports inside lead to the server");
	is_int(seen.connections[0] * 10 + seen.connections[1], 11, "which knows them apart");
	is_str(python("import socket, time\n"
		      "all = []\n"
		      "try:\n"
		      "    for i in range(2000): all.append(socket.create_connection(('127.0.0.1', 4566)))\n"
		      "except OSError as e: print(e.strerror)"),
	       "Too many open files", "a flood of connections ends at the limit of files");
	is_str(sh("echo well"), "well", "and harms nobody");
}

static void names(void)
{
	is_str(python("import socket\n"
		      "for name in 'dynamodb.eu-west-1.amazonaws.com', 'A.Execute-API.x.amazonaws.com':\n"
		      "    print(socket.gethostbyname(name))\n"
		      "for name in 'example.com', 'amazonaws.com.example', 'xamazonaws.com':\n"
		      "    try: print(socket.gethostbyname(name))\n"
		      "    except OSError as e: print(e.strerror)\n"
		      "for _ in range(2):\n"
		      "    print(socket.create_connection(('sts.amazonaws.com', 443)).recv(99)[-5:])"),
	       "127.0.0.1\n127.0.0.1\nName or service not known\nName or service not known\n"
	       "Name or service not known\nb'hello'\nb'hello'",
	       "AWS's names lead to the cloud, and others nowhere");
	is_int(seen.connections[2], 2, "which knows what came so");
	is_str(sh("cat /etc/pki/tls/certs/ca-bundle.crt; ls /etc/ssl/certs"),
	       "an authorityca-certificates.crt", "the plan's authority is trusted, and no other");
	is_str(sh("sed -n 's/^Cap[IPEA][a-z]*:.//p' /proc/self/status /proc/1/status | sort -u"),
	       "0000000000000000", "what opened the low ports has been let go of");
	is_str(python("import socket\n"
		      "try: socket.create_server(('127.0.0.1', 80))\n"
		      "except OSError as e: print(e.errno)"),
	       "13", "and so a program opens none");
	trusted = "";
	is_str(python("import socket\n"
		      "try: print(socket.gethostbyname('dynamodb.eu-west-1.amazonaws.com'))\n"
		      "except OSError as e: print(e.strerror)\n"
		      "print(socket.socket().connect_ex(('127.0.0.1', 443)))"),
	       "Name or service not known\n111", "without an authority there are no names");
	trusted = "an authority";
}

static void freezing(void)
{
	uint32_t id = start("/usr/bin/python3", "import time\n"
						"x = bytearray(20 << 20)\n"
						"while True:\n"
						"    print('.', end='', flush=True)\n"
						"    time.sleep(0.01)");
	size_t before;

	ok(WAIT(seen.output.n > 3, 10), "a program ticks");
	sandbox_freeze(sandboxes, id);
	ok(WAIT(seen.frozen, 5) && seen.frozen_kb > 20 << 10 && seen.frozen_kb < 64 << 10,
	   "it is frozen, and how much memory it has is told");
	usleep(50000);
	before = seen.output.n;
	usleep(200000);
	is_int((int64_t)(seen.output.n - before), 0, "frozen it does not tick");
	sandbox_thaw(sandboxes, id);
	ok(WAIT(seen.output.n > before + 3, 5), "thawed it goes on where it was");
	sandbox_freeze(sandboxes, id);
	sandbox_stop(sandboxes, id);
	ok(WAIT(seen.ended, 5), "and it can be stopped while it is frozen");
}

static void what_is_not_started(void)
{
	static const char *const words[] = { "/bin/true", NULL };
	struct plan_mount mount = { "/etc", "/var/task" };
	struct plan plan = { .memory_mb = 64,
			     .tmp_mb = 8,
			     .processes = 40,
			     .files = 256,
			     .folder = "/tmp",
			     .words = (const char **)words,
			     .word_count = 1,
			     .variables = (const char *[]){ NULL },
			     .mounts = &mount,
			     .mount_count = 1 };
	char outside[4096];

	snprintf(outside, sizeof(outside), "%s/../..", ours);
	for (int i = 0; i < 3; i++) {
		mount = (struct plan_mount){ i == 0   ? "/etc"
					     : i == 1 ? outside
						      : ours,
					     i == 2 ? "/etc" : "/var/task" };
		seen.ended = false;
		ok(sandbox_start(sandboxes, &plan) && WAIT(seen.ended, 5) && !seen.end.started,
		   "the warden refuses to mount %s at %s",
		   i == 0   ? "/etc"
		   : i == 1 ? "what is above"
			    : "code",
		   mount.target);
	}
	is_str(sh("echo well"), "well", "and goes on");
}

/* --- its place ------------------------------------------------------------------------- */

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		diag("cannot write %s", path);
	close(fd);
}

static void make_place(struct arena *a)
{
	root = mkdtemp(
		arena_printf(a, "%s/sandbox-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp"));
	ours = arena_printf(a, "%s/ours", root);
	theirs = arena_printf(a, "%s/theirs", root);
	if (mkdir(ours, 0755) != 0 || mkdir(theirs, 0755) != 0 ||
	    symlink(theirs, arena_printf(a, "%s/link", ours)) != 0)
		diag("cannot make the folders");
	write_file(arena_printf(a, "%s/code.txt", ours), "my code");
	write_file(arena_printf(a, "%s/secret.txt", theirs), "their secret");
}

/* However far bubblewrap has come, nothing of it goes on. */
static void stopped_at_once(void)
{
	int left = 0;

	for (int i = 0; i < 40; i++) {
		uint32_t id = start("/bin/sh", "sleep 73739");

		usleep((useconds_t)i * 500);
		sandbox_stop(sandboxes, id);
		left += !WAIT(seen.ended, 10);
	}
	is_int(left, 0, "a sandbox that is stopped while it starts ends");
	ok(gone("73739"), "and nothing of it is left");
}

int main(void)
{
	struct arena *a = arena_new();
	const char *why = "";
	int fd;

	make_place(a);
	buf_init(&seen.output, 1 << 20);
	if (!warden_fork(&fd,
			 &(struct warden_config){ .root = root, .binary = getenv("IMMERSION") },
			 &why)) {
		ok(false, "%s", why);
		return done_testing();
	}
	sandboxes = sandboxes_new(&(struct sandboxes_config){ .warden_fd = fd,
							      .connected = connected,
							      .output = output,
							      .frozen = frozen,
							      .ended = ended });
	what_is_there();
	files();
	processes();
	memory();
	leftovers();
	network();
	names();
	freezing();
	what_is_not_started();
	stopped_at_once();
	start("/bin/sh", "sleep 73737");
	usleep(200000);
	sandboxes_free(sandboxes);
	ok(gone("73737"), "when the server lets go, every sandbox dies");
	buf_release(&seen.output);
	folder_remove(root);
	arena_free(a);
	return done_testing();
}
