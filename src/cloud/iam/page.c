/* Pages of lists: the marker is the last key, in base64 so that nobody takes it apart. */
#include "cloud/iam/inside.h"

#include "base/base64.h"

enum { PAGE_ITEMS = 100 };

bool iam_page_begin(struct op *op, struct iam_page *page)
{
	struct str marker = op_str(op, "Marker");

	*page = (struct iam_page){
		.arena = op->arena,
		.left = op_int_or(op, "MaxItems", PAGE_ITEMS),
		.after = STR(""),
	};
	if (!marker.p || base64_parse(op->arena, marker, &page->after))
		return true;
	op_fail(op, &ValidationError, "Invalid Marker.");
	return false;
}

bool iam_page_take(struct iam_page *page, struct str key)
{
	page->more = page->left == 0;
	if (page->more)
		return false;
	page->left--;
	page->last = arena_dup(page->arena, key);
	return true;
}

void iam_page_end(struct op *op, struct iam_page *page)
{
	json_set_bool(op->out, "IsTruncated", page->more);
	if (page->more)
		json_set_str(op->out, "Marker", base64_print(op->arena, page->last));
}
