/* The loop between a terminal and a ui; see loop.h. */
#include "checker/tui/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "base/time.h"

enum { FRAME_MS = 33, TICK_MS = 1000 };

/* Signals write their number here; there is one terminal, hence one loop. */
static int signal_pipe[2] = { -1, -1 };

static const int caught[] = { SIGWINCH, SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT };
enum { CAUGHT = sizeof(caught) / sizeof(*caught) };

static void on_signal(int number)
{
	int before = errno;
	unsigned char byte = (unsigned char)number;

	if (write(signal_pipe[1], &byte, 1) < 0)
		errno = before; /* full: there is plenty to read already */
	errno = before;
}

static void catch_signals(struct sigaction before[CAUGHT], bool embedded)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	sigemptyset(&action.sa_mask);
	for (int i = 0; i < CAUGHT; i++) {
		action.sa_handler = embedded && caught[i] == SIGTSTP ? SIG_IGN : on_signal;
		sigaction(caught[i], &action, &before[i]);
	}
}

static void release_signals(const struct sigaction before[CAUGHT])
{
	for (int i = 0; i < CAUGHT; i++)
		sigaction(caught[i], &before[i], NULL);
}

struct running {
	const struct loop *loop;
	struct screen *screen;
	int64_t drawn_ms, ticked_ms;
	bool dirty, mouse;
	int ended_by;
};

static int64_t clock_ms(void)
{
	return time_monotonic_us() / 1000;
}

static void note(struct running *r, unsigned bits)
{
	if (bits & UI_DRAW)
		r->dirty = true;
	if (bits & UI_REPAINT)
		screen_repaint(r->screen);
}

/* Ctrl-Z: the shell gets the terminal until fg. */
static void stop_here(struct running *r)
{
	struct sigaction standard = { .sa_handler = SIG_DFL }, ours;
	sigset_t stop, before;

	screen_pause(r->screen);
	sigemptyset(&standard.sa_mask);
	sigaction(SIGTSTP, &standard, &ours);
	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	pthread_sigmask(SIG_UNBLOCK, &stop, &before);
	raise(SIGTSTP); /* to this thread, so that it stops before the handler is back */
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	sigaction(SIGTSTP, &ours, NULL);
	screen_resume(r->screen);
	r->dirty = true;
}

static void resize(struct running *r)
{
	int rows, cols;

	screen_size(r->screen, &rows, &cols);
	ui_resize(r->loop->ui, rows, cols);
	r->dirty = true;
}

static void take_signals(struct running *r)
{
	unsigned char numbers[64];
	ssize_t n = read(signal_pipe[0], numbers, sizeof(numbers));

	for (ssize_t i = 0; i < n; i++) {
		if (numbers[i] == SIGTSTP) {
			stop_here(r);
			resize(r);
		} else if (numbers[i] == SIGWINCH || numbers[i] == SIGCONT) {
			resize(r);
		} else {
			r->ended_by = numbers[i];
			r->loop->ui->done = true;
		}
	}
}

static void take_keys(struct running *r)
{
	struct ui *ui = r->loop->ui;
	struct event event;

	while (!ui->done && screen_read(r->screen, &event))
		note(r, ui_event(ui, &event));
	if (ui->mouse != r->mouse) {
		r->mouse = ui->mouse;
		screen_mouse(r->screen, r->mouse);
	}
}

static void draw_if_due(struct running *r)
{
	int64_t now = clock_ms();

	if (!r->dirty || now - r->drawn_ms < FRAME_MS)
		return;
	ui_draw(r->loop->ui);
	screen_show(r->screen, &r->loop->ui->grid);
	r->drawn_ms = now;
	r->dirty = false;
}

static void tick_if_due(struct running *r)
{
	if (clock_ms() - r->ticked_ms < TICK_MS)
		return;
	r->ticked_ms = clock_ms();
	note(r, ui_tick(r->loop->ui));
}

static int wait_ms(const struct running *r)
{
	int64_t now = clock_ms(), until = r->ticked_ms + TICK_MS;

	if (r->dirty && r->drawn_ms + FRAME_MS < until)
		until = r->drawn_ms + FRAME_MS;
	return until > now ? (int)(until - now) : 0;
}

static void turn(struct running *r)
{
	struct pollfd fds[4] = {
		{ .fd = screen_fd(r->screen), .events = POLLIN },
		{ .fd = signal_pipe[0], .events = POLLIN },
		{ .fd = r->loop->news_fd, .events = POLLIN },
		{ .fd = r->loop->stop_fd, .events = POLLIN },
	};

	if (poll(fds, 4, wait_ms(r)) < 0 && errno != EINTR)
		r->loop->ui->done = true;
	r->loop->ui->now_ms = time_now_ms();
	if (fds[1].revents)
		take_signals(r);
	if (fds[2].revents)
		note(r, r->loop->news(r->loop->arg, r->loop->ui));
	/* The terminal is gone: there will be no more keys. */
	if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))
		r->loop->ui->done = true;
	else if (fds[0].revents)
		take_keys(r);
	if (fds[3].revents)
		r->loop->ui->done = true;
	tick_if_due(r);
	draw_if_due(r);
}

bool loop_run(const struct loop *loop, int *ended_by, const char **why)
{
	struct sigaction before[CAUGHT];
	struct running r = { .loop = loop, .dirty = true, .mouse = !loop->ui->mouse };

	if (pipe2(signal_pipe, O_NONBLOCK | O_CLOEXEC) != 0) {
		*why = "there are no more file descriptors.";
		return false;
	}
	r.screen = screen_open(loop->theme, loop->ui->grid.ascii, why);
	if (r.screen) {
		/* After curses has installed its own handlers, so that these count. */
		catch_signals(before, loop->embedded);
		loop->ui->now_ms = time_now_ms();
		r.ticked_ms = clock_ms();
		resize(&r);
		take_keys(&r);
		while (!loop->ui->done)
			turn(&r);
		release_signals(before);
		screen_close(r.screen);
	}
	close(signal_pipe[0]);
	close(signal_pipe[1]);
	if (ended_by)
		*ended_by = r.ended_by;
	return r.screen != NULL;
}
