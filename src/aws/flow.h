#ifndef AWS_FLOW_H
#define AWS_FLOW_H

#include "aws/op.h"
#include "http/http.h"

/*
 * Answers whose body comes as it is made: it is read from a source, from the end of the operation on until long after
 * it. Status, type and headers are those that the operation answers as ever.
 */
struct op_flow {
	/* Its gone() is called once in any case, also when the operation's changes cannot be kept. */
	struct http_source source;
	/* Its reader, to be woken by http_stream_wake() when there is more. */
	void (*begun)(void *arg, struct http_stream *reader);
};
/* Does somebody on the wire wait for this very operation's answer? Otherwise it has to be whole. */
bool op_can_flow(const struct op *op);
/* The operation, which can, returns DONE. */
void op_answer_flow(struct op *op, const struct op_flow *flow);

#endif
