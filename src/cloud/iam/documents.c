/* Policy documents: their sizes, their check, and how answers carry them. */
#include "cloud/iam/inside.h"

#include "base/form.h"

int64_t iam_document_size(struct str document)
{
	int64_t size = 0;

	for (size_t i = 0; i < document.n; i++) {
		char c = document.p[i];

		size += c != ' ' && c != '\t' && c != '\n' && c != '\r';
	}
	return size;
}

bool iam_document_good(struct op *op, struct str document, enum policy_kind kind)
{
	const char *why = NULL;

	if (policy_parse(op->arena, document, kind, &why))
		return true;
	op_fail(op, &MalformedPolicyDocument, "%s", why);
	return false;
}

void iam_set_document(struct op *op, struct json_object *o, const char *name, struct str document)
{
	json_set_str(o, name, form_encode(op->arena, document, false));
}
