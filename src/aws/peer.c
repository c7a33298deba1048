/* Where a call came from; see peer.h. */
#include "aws/peer.h"

#include "aws/call.h"
#include "http/http.h"

struct str op_peer(const struct op *op)
{
	return op->call && op->call->req ? op->call->req->peer : STR_NONE;
}
