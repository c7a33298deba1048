/* The log: one line per event, whatever is in it. */
#include "unit/tap.h"

#include <unistd.h>

#include "base/log.h"

static char text[8192];

/* What `work` writes to stderr. */
static const char *written(void (*work)(void))
{
	int pipes[2], saved = dup(STDERR_FILENO);
	ssize_t n;

	if (saved < 0 || pipe(pipes) < 0 || dup2(pipes[1], STDERR_FILENO) < 0)
		abort();
	work();
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(pipes[1]);
	n = read(pipes[0], text, sizeof(text) - 1);
	close(pipes[0]);
	text[n < 0 ? 0 : n] = '\0';
	return text;
}

static void plain(void)
{
	log_info("%s joined", "Ada");
}

static void hostile(void)
{
	log_warn("name %s", "x\n2021-07-22T11:00:00.000Z error forged\r\x1b[31m\x7f");
}

static void subtle(void)
{
	log_warn("name %s", "a\xc2\x9b"
			    "2Jb \xe2\x80\xae"
			    "c\xe2\x81\xa9 \xc3\xa9\xe2\x82\xac\xc2");
}

static void quiet(void)
{
	log_debug("not shown");
}

static void endless(void)
{
	log_error("%0*d", 100000, 7);
}

int main(void)
{
	const char *line = written(plain);

	ok(strlen(line) > 24 && line[10] == 'T' && line[23] == 'Z',
	   "a line begins with the moment: %s", line);
	is_str(line + 24, " info  Ada joined\n", "then the level and the text");
	line = written(hostile);
	is_str(line + 24, " warn  name x?2021-07-22T11:00:00.000Z error forged??[31m?\n",
	       "control characters cannot make a second line");
	line = written(subtle);
	is_str(line + 24, " warn  name a?2Jb ?c? \xc3\xa9\xe2\x82\xac\xc2\n",
	       "nor can those of C1 command the terminal, nor anything turn its direction");
	is_str(written(quiet), "", "lines below the level are dropped");
	log_set_level(LOG_DEBUG);
	ok(strstr(written(quiet), "debug not shown\n"), "until the level is set");
	line = written(endless);
	ok(strlen(line) == 2047 && line[2046] == '\n', "a line without end ends: %zu",
	   strlen(line));
	log_set_level(LOG_ERROR);
	is_str(written(hostile), "", "a higher level drops more");
	return done_testing();
}
