/*
 * What nobody has here: MFA devices, server certificates, SAML providers. The operations that make them are not offered, so
 * their lists are empty; tools that look through an account, or clear a user before they delete it, ask for them all the same.
 */
#include "cloud/iam/inside.h"
#include "cloud/iam/operations.h"

static enum outcome nothing(struct op *op, const char *list)
{
	struct iam_page page;

	if (!iam_page_begin(op, &page))
		return FAILED;
	json_set_array(op->out, list);
	iam_page_end(op, &page);
	return DONE;
}

enum outcome iam_op_list_mfa_devices(struct op *op)
{
	struct iam_entity user;

	return iam_named(op, &user) ? nothing(op, "MFADevices") : FAILED;
}

enum outcome iam_op_list_saml_providers(struct op *op)
{
	json_set_array(op->out, "SAMLProviderList");
	return DONE;
}

enum outcome iam_op_list_server_certificates(struct op *op)
{
	return nothing(op, "ServerCertificateMetadataList");
}

enum outcome iam_op_list_virtual_mfa_devices(struct op *op)
{
	return nothing(op, "VirtualMFADevices");
}
