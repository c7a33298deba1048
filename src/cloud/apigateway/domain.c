/*
 * Custom domain names with their base path mappings, and VPC links: described only. No name resolves to this machine, so
 * nothing is served under them. From: API Gateway API Reference, "CreateDomainName", "CreateBasePathMapping", "CreateVpcLink".
 */
#include "cloud/apigateway/operations.h"

#include "base/hash.h"

/* --- domain names ------------------------------------------------------------------------------------ */

static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
		      (c == '*' && i == 0)))
			return false;
	}
	return s.n > 0 && str_find(s, '.') > 0;
}

/* Where the name would point to: the regional or the edge-optimised address. */
static void add_target(struct op *op, struct json_object *doc, bool regional)
{
	struct str id = hash_random_text(op->arena, 10, "abcdefghijklmnopqrstuvwxyz0123456789");

	if (regional) {
		json_set_str(doc, "regionalDomainName",
			     arena_strf(op->arena, "d-%.*s.execute-api.%s.amazonaws.com",
					STR_ARG(id), op->region));
		json_set_cstr(doc, "regionalHostedZoneId", "ZLY8HYME6SFDD");
	} else {
		json_set_str(doc, "distributionDomainName",
			     arena_strf(op->arena, "d%.*s.cloudfront.net", STR_ARG(id)));
		json_set_cstr(doc, "distributionHostedZoneId", "Z2FDTNDATAQYW2");
	}
}

enum outcome apigateway_create_domain_name(struct op *op)
{
	static const char *const members[] = { "domainName",
					       "certificateName",
					       "certificateArn",
					       "regionalCertificateName",
					       "regionalCertificateArn",
					       "mutualTlsAuthentication",
					       "ownershipVerificationCertificateArn",
					       "tags",
					       NULL };
	struct json_object *endpoints = op_get(op, "endpointConfiguration"), *set;
	struct thing domain = thing_new(op, STR_NONE, 0), other;
	struct str type = json_str(json_at(json_get(endpoints, "types"), 0));
	bool regional = str_is(type, "REGIONAL");

	domain.id = op_str(op, "domainName");
	if (!is_name(domain.id))
		return op_fail(op, &GatewayBadRequest, "Invalid domain name specified");
	if (!op_has(op, regional ? "regionalCertificateArn" : "certificateArn") &&
	    !op_has(op, regional ? "regionalCertificateName" : "certificateName"))
		return op_fail(op, &GatewayBadRequest,
			       "A certificate must be specified for the domain name");
	if (thing_find(op, &kind_domain_name, STR_NONE, domain.id, &other))
		return op_fail(op, &GatewayBadRequest,
			       "The domain name you provided already exists.");
	copy_members(domain.doc, op->in, members);
	add_target(op, domain.doc, regional);
	set = json_set_object(domain.doc, "endpointConfiguration");
	json_add_str(json_set_array(set, "types"), type.n ? type : STR("EDGE"));
	json_set_cstr(set, "ipAddressType", "ipv4");
	json_set_cstr(domain.doc, "domainNameStatus", "AVAILABLE");
	json_set_str(domain.doc, "securityPolicy", op_str_or(op, "securityPolicy", "TLS_1_2"));
	json_set_str(domain.doc, "routingMode",
		     op_str_or(op, "routingMode", "BASE_PATH_MAPPING_ONLY"));
	return thing_created(op, &kind_domain_name, &domain);
}

static bool domain_leaving(struct op *op, struct thing *domain)
{
	things_drop_owned(op, domain->id);
	return true;
}

static const struct patch_rule domain_rules[] = {
	{ "/certificateArn", PATCH_REPLACE },
	{ "/certificateName", PATCH_REPLACE },
	{ "/endpointConfiguration/types/{type}", PATCH_ALL, PATCH_LIST },
	{ "/mutualTlsAuthentication/truststoreUri", PATCH_ALL },
	{ "/mutualTlsAuthentication/truststoreVersion", PATCH_ALL },
	{ "/ownershipVerificationCertificateArn", PATCH_REPLACE },
	{ "/regionalCertificateArn", PATCH_REPLACE },
	{ "/regionalCertificateName", PATCH_REPLACE },
	{ "/routingMode", PATCH_REPLACE },
	{ "/securityPolicy", PATCH_REPLACE },
	{ 0 }
};
static const struct patch_rules domain_patches = { domain_rules, PATCH_WORDS_LIST };

const struct kind kind_domain_name = {
	.noun = "DomainName",
	.plural = "DomainNames",
	.id = "domainName",
	.missing = "Invalid domain name identifier specified",
	.patches = &domain_patches,
	.leaving = domain_leaving,
	.tagged = true,
};

/* --- base path mappings --------------------------------------------------------------------------------- */

static bool mapping_good(struct op *op, struct thing *mapping, struct json_object *was)
{
	struct str api = json_get_str(mapping->doc, "restApiId");
	struct str stage = json_get_str(mapping->doc, "stage");
	struct thing found;

	(void)was;
	if (!thing_find(op, &kind_rest_api, STR_NONE, api, &found)) {
		op_fail(op, &GatewayBadRequest, "Invalid REST API identifier specified");
		return false;
	}
	if (stage.n && !thing_find(op, &kind_stage, api, stage, &found)) {
		op_fail(op, &GatewayBadRequest, "Invalid stage identifier specified");
		return false;
	}
	mapping->id = json_get_str(mapping->doc, "basePath");
	return true;
}

enum outcome apigateway_create_base_path_mapping(struct op *op)
{
	static const char *const members[] = { "restApiId", "stage", NULL };
	struct thing domain, mapping, other;

	if (!thing_get(op, &kind_domain_name, &domain))
		return FAILED;
	mapping = thing_new(op, domain.id, 0);
	json_set_str(mapping.doc, "basePath",
		     op_str(op, "basePath").n ? op_str(op, "basePath") : STR("(none)"));
	copy_members(mapping.doc, op->in, members);
	if (!mapping_good(op, &mapping, NULL))
		return FAILED;
	if (thing_find(op, &kind_base_path, domain.id, mapping.id, &other))
		return op_fail(op, &GatewayConflict,
			       "Base path already exists for this domain name");
	return thing_created(op, &kind_base_path, &mapping);
}

static const struct patch_rule mapping_rules[] = { { "/restapiId", PATCH_REPLACE, PATCH_STRING,
						     "/restApiId" },
						   { "/stage", PATCH_REPLACE },
						   { 0 } };
static const struct patch_rules mapping_patches = { mapping_rules, PATCH_WORDS_LIST };

const struct kind kind_base_path = {
	.noun = "BasePathMapping",
	.plural = "BasePathMappings",
	.id = "basePath",
	.owner = "domainName",
	.missing = "Invalid base path mapping identifier specified",
	.patches = &mapping_patches,
	.changed = mapping_good,
};

/* --- VPC links ---------------------------------------------------------------------------------------------- */

static bool is_arn(struct str arn)
{
	size_t colons = 0;

	for (size_t i = 0; i < arn.n; i++)
		colons += arn.p[i] == ':';
	return str_starts(arn, STR("arn:")) && colons >= 5;
}

/* A link is told of before it is there, which it is at once. */
static void link_show(struct op *op, const struct thing *link, enum showing why,
		      struct json_object *out)
{
	(void)op;
	(void)link;
	if (why != SHOW_CREATED)
		return;
	json_set_cstr(out, "status", "PENDING");
	json_object_object_del(out, "statusMessage");
}

enum outcome apigateway_create_vpc_link(struct op *op)
{
	static const char *const members[] = { "name", "description", "targetArns", NULL };
	struct json_object *targets = op_get(op, "targetArns");
	struct thing link = thing_new(op, STR_NONE, 6);
	struct str arn;

	if (!op_str(op, "name").n)
		return op_fail(op, &GatewayBadRequest, "Name cannot be empty");
	for (size_t i = 0; i < json_count(targets); i++) {
		arn = json_str(json_at(targets, i));
		if (!is_arn(arn))
			return op_fail(op, &GatewayBadRequest,
				       "Invalid ARN. ARN is not well formed %.*s", STR_ARG(arn));
	}
	copy_members(link.doc, op->in, members);
	json_set_cstr(link.doc, "status", "AVAILABLE");
	json_set_cstr(link.doc, "statusMessage", "Your vpc link is ready for use");
	if (op_has(op, "tags"))
		json_set(link.doc, "tags", json_object_get(op_get(op, "tags")));
	return thing_created(op, &kind_vpc_link, &link);
}

static const struct patch_rule link_rules[] = { { "/name", PATCH_REPLACE },
						{ "/description", PATCH_REPLACE },
						{ 0 } };
static const struct patch_rules link_patches = { link_rules, PATCH_WORDS_LIST };

const struct kind kind_vpc_link = {
	.noun = "VpcLink",
	.plural = "VpcLinks",
	.id = "vpcLinkId",
	.missing = "Invalid Vpc Link identifier specified",
	.patches = &link_patches,
	.show = link_show,
	.tagged = true,
};
