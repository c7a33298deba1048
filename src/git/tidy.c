/* What a git that was killed leaves behind; see git_tidy(). */
#include <fts.h>
#include <stdio.h>

#include "git/git.h"

/* git's own names for what is half written: objects come in such files and folders, all else by way of a lock. */
static bool is_left(struct str path, struct str name)
{
	if (!str_starts(path, STR("objects/")))
		return str_ends(name, STR(".lock"));
	return str_starts(name, STR("tmp_")) || str_starts(name, STR(".tmp-")) ||
	       str_starts(name, STR("incoming-"));
}

void git_tidy(struct arena *a, const char *folder)
{
	char *const roots[] = { arena_cstr(a, str_of(folder)), NULL };
	size_t prefix = strlen(folder) + 1;
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, NULL);
	int going = 0; /* the level of a folder that goes with all that is in it, or 0 */
	FTSENT *e;

	while (walk && (e = fts_read(walk))) {
		bool goes = e->fts_level > FTS_ROOTLEVEL &&
			    (going || is_left(str_of(e->fts_path + prefix), str_of(e->fts_name)));

		if (e->fts_info == FTS_D) {
			if (goes && !going)
				going = e->fts_level;
			continue;
		}
		if (goes)
			remove(e->fts_path);
		if (e->fts_info == FTS_DP && e->fts_level == going)
			going = 0;
	}
	if (walk)
		fts_close(walk);
}
