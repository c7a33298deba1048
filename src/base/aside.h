#ifndef BASE_ASIDE_H
#define BASE_ASIDE_H

/*
 * Aside: a piece of computing that another processor does meanwhile, if one is free.
 *
 *	aside_begin(&task, sign, &second);
 *	sign(&first);
 *	aside_end(&task);
 *
 * A few threads wait for such tasks. When none has taken the task by the time of aside_end(), the caller does it
 * there itself: it is never slower than doing both in turn, and a busy machine is not made busier.
 */
struct aside {
	void (*run)(void *arg);
	void *arg;
	enum { ASIDE_WAITING, ASIDE_RUNNING, ASIDE_DONE } state;
	struct aside *next;
};

/* Offer `run(arg)` to others; task and arg must stay where they are until aside_end(). */
void aside_begin(struct aside *task, void (*run)(void *arg), void *arg);
/* It has run when this returns. */
void aside_end(struct aside *task);

#endif
