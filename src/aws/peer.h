#ifndef AWS_PEER_H
#define AWS_PEER_H

#include "aws/op.h"

/* The address in text that an operation was called from; absent when the call came from inside. */
struct str op_peer(const struct op *op);

#endif
