#ifndef CHECKER_BOARD_H
#define CHECKER_BOARD_H

#include "checker/standing.h"

/*
 * The board: everybody's standing, as the instructor sees it. Who is there, in which order and under which filter; which
 * checks there are; who is stuck; which operations were missed. No drawing here.
 */
enum board_sort { SORT_NAME, SORT_DONE, SORT_STUCK, SORT_JOINED, SORT_COUNT };

enum { BOARD_STUCK_MS = 10 * 60 * 1000 }; /* without a new green: somebody should have a look */

struct board_person {
	struct standing *standing; /* owned */
	bool anew;                 /* the last entry told of a fresh start */
	int number;                /* order of joining */
	int64_t seen_ms;           /* when this program saw them first */
	int64_t changed_ms;        /* when this program saw a change; 0: it did not */
};
struct board_check {
	int lab; /* index into labs */
	struct str id, title;
	int in_state[VERDICT_STATES]; /* how many of those in sight */
};
struct board_lab {
	struct str id, title;
	int first, count; /* of the checks */
};
struct board_unknown {
	struct str operation;
	int64_t count;
};
struct board {
	struct board_person *people; /* in order of joining */
	int count, size;
	struct str event;
	bool joining_closed;
	struct str filter; /* on names and accounts; borrowed */
	enum board_sort sort;
	bool reversed;

	/* Made by board_arrange(): */
	struct arena *arena;  /* of what follows */
	int *order, in_sight; /* indices into people, filtered and sorted */
	struct board_lab *labs;
	int lab_count;
	struct board_check *checks; /* lab after lab */
	int check_count;
	int green, total, done; /* checks, and people who have all, of those in sight */

	struct arena *unknown_arena;
	struct board_unknown *unknown; /* most often missed first */
	int unknown_count;
	struct arena *event_arena;
};

void board_init(struct board *b);
void board_release(struct board *b);

/*
 * The instructor's document: everybody. Returns false when `document` is none. Moments this program saw are carried over.
 */
bool board_show_all(struct board *b, const struct json_object *document, int64_t now_ms);
/*
 * One entry. Takes the standing over. Returns the person; *joined says whether they are new, *turned how many checks turned green and
 * *first the first of them.
 */
struct board_person *board_show(struct board *b, struct standing *standing, int64_t now_ms,
				bool *joined, int *turned, const struct verdict **first);
/* {"dynamodb:UpdateTable": 3, ...}; NULL: none. */
void board_show_unknown(struct board *b, const struct json_object *counts);

/* Filter, sort, count: after any change of people, filter or sort. */
void board_arrange(struct board *b, int64_t now_ms);

/* The n-th in sight, or NULL. */
const struct board_person *board_at(const struct board *b, int n);
/* Where in sight the account is, or -1. */
int board_find(const struct board *b, struct str account);
/* This person's verdict on a check of the board, or NULL. */
const struct verdict *board_verdict(const struct board *b, const struct board_person *p, int check);
/* Green and all checks of one lab of this person. */
void board_lab_count(const struct board *b, const struct board_person *p, int lab, int *green,
		     int *total);
/* How long without a new green check; -1 when all is green or nothing is known. */
int64_t board_waiting_ms(const struct board_person *p, int64_t now_ms);
/* "45s", "12m", "1h05m", "2d": at most 6 characters. */
void board_span(char out[static 8], int64_t ms);

/* "name", "done", "stuck", "joined"; false when it is none of them. */
bool board_sort_parse(struct str word, enum board_sort *out);
const char *board_sort_word(enum board_sort sort);

/* The whole as plain text: what is printed when there is no terminal. */
void board_print(const struct board *b, struct buf *out, int64_t now_ms, bool ascii);

#endif
