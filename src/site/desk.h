#ifndef SITE_DESK_H
#define SITE_DESK_H

#include <stdbool.h>

/*
 * A desk: a few threads that do, in order, the work that may block, so that HTTP threads never do.
 *
 * A request that needs such work is parked and handed over in a job; the job answers and resumes it.
 */
struct desk;

struct desk_job {
	/* Do the work. When the desk is stopping, or had no room, `refused`: answer that quickly instead. */
	void (*run)(struct desk_job *job, bool refused);
	struct desk_job *next;
};

/* `room`: how many jobs may wait. */
struct desk *desk_new(int threads, int room);
/* Hand over a job, which must live until it has run. Without room it is run here, refused. */
void desk_add(struct desk *desk, struct desk_job *job);
/* Refuse what waits, finish what runs, stop the threads. Later jobs are refused. */
void desk_stop(struct desk *desk);
void desk_free(struct desk *desk);

#endif
