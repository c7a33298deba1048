#ifndef CLOUD_LAMBDA_TRACE_H
#define CLOUD_LAMBDA_TRACE_H

#include "base/arena.h"

/*
 * Traces: what invocations tell each other about where they come from.
 *
 *	Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0;Lineage=a87bd80c:0
 *
 * Nothing is traced here, but an SDK inside a function sends its invocation's trace along with every call, and Lambda
 * finds in the lineage how often a function has invoked itself, directly or through others. From: Lambda Developer Guide,
 * "Use Lambda recursive loop detection to prevent infinite loops".
 */
enum { TRACE_TIMES_MAX = 16 }; /* a function that has run so often in one lineage is stopped */

/*
 * The trace of an invocation of the function `arn` (without qualifier): the root and lineage of the one that came with
 * the call (absent: none; anything at all), and this function added. *times is how often it has run in this lineage.
 */
struct str trace_make(struct arena *a, struct str came, struct str arn, int64_t now, int *times);

#endif
