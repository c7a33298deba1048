/*
 * Custom domain names, their mappings to APIs, and VPC links, as objects: names lead nowhere here, since the room has no DNS.
 * From: API Gateway Version 2 API Reference, "DomainNames", "ApiMappings", "VpcLinks".
 */
#include "cloud/apigatewayv2/inside.h"

#include "base/hash.h"

/* --- domain names -------------------------------------------------------------------------------- */

static void describe_configuration(struct op *op, struct str name, struct json_object *c)
{
	unsigned char digest[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];

	hash_sha256(name, digest);
	hash_hex(digest, sizeof(digest), hex);
	json_set_str(c, "apiGatewayDomainName",
		     arena_strf(op->arena, "d-%.10s.execute-api.%s.amazonaws.com", hex,
				op->region));
	json_set_cstr(c, "domainNameStatus", "AVAILABLE");
	if (!json_get(c, "endpointType"))
		json_set_cstr(c, "endpointType", "REGIONAL");
	json_set_cstr(c, "hostedZoneId", "ZLY8HYME6SFDD");
	if (!json_get(c, "ipAddressType"))
		json_set_cstr(c, "ipAddressType", "ipv4");
	if (!json_get(c, "securityPolicy"))
		json_set_cstr(c, "securityPolicy", "TLS_1_2");
}

static bool domain_good(struct op *op, struct part *domain, bool fresh)
{
	struct json_object *list = json_get(domain->doc, "domainNameConfigurations");
	struct part other;

	if (fresh)
		domain->id = json_get_str(domain->doc, "domainName");
	if (str_find(domain->id, '.') < 0)
		return bad_request(op, "Invalid domain name identifier specified");
	if (fresh && part_find(op, &part_kind_domain, STR_NONE, domain->id, &other)) {
		op_fail(op, &HttpApiConflict, "The domain name resource already exists.");
		return false;
	}
	if (json_count(list) != 1 || !json_get_str(json_at(list, 0), "certificateArn").n)
		return bad_request(op,
				   "Exactly one domain name configuration with a certificate ARN "
				   "must be specified.");
	describe_configuration(op, domain->id, json_at(list, 0));
	json_set_cstr(domain->doc, "apiMappingSelectionExpression", "$request.basepath");
	json_set_str(domain->doc, "domainNameArn",
		     arena_strf(op->arena, "arn:aws:apigateway:%s::/domainnames/%.*s", op->region,
				STR_ARG(domain->id)));
	if (!json_get(domain->doc, "routingMode"))
		json_set_cstr(domain->doc, "routingMode", "API_MAPPING_ONLY");
	if (!json_get(domain->doc, "tags"))
		json_set_object(domain->doc, "tags");
	return true;
}

static bool domain_leaving(struct op *op, struct part *domain)
{
	parts_drop_owned(op, domain->id);
	return true;
}

/* --- mappings --------------------------------------------------------------------------------------- */

static bool mapping_good(struct op *op, struct part *mapping, bool fresh)
{
	struct str api = json_get_str(mapping->doc, "apiId"), key;
	struct part found;
	int64_t after = 0;

	(void)fresh;
	if (!part_find(op, &part_kind_api, STR_NONE, api, &found))
		return bad_request(op, "Invalid API identifier specified");
	if (!part_find(op, &part_kind_stage, api, json_get_str(mapping->doc, "stage"), &found))
		return bad_request(op, "Invalid stage identifier specified");
	if (!json_get(mapping->doc, "apiMappingKey"))
		json_set_cstr(mapping->doc, "apiMappingKey", "");
	key = json_get_str(mapping->doc, "apiMappingKey");
	while (part_next(op, &part_kind_mapping, mapping->owner, &after, &found))
		if (!str_eq(found.id, mapping->id) &&
		    str_eq(json_get_str(found.doc, "apiMappingKey"), key)) {
			op_fail(op, &HttpApiConflict,
				"ApiMapping key already exists for this domain name");
			return false;
		}
	return true;
}

/* --- VPC links ---------------------------------------------------------------------------------------- */

static bool vpc_link_good(struct op *op, struct part *link, bool fresh)
{
	if (!json_count(json_get(link->doc, "subnetIds")))
		return bad_request(op, "At least one subnet must be specified.");
	if (!fresh)
		return true;
	set_time(op, link->doc, "createdDate");
	if (!json_get(link->doc, "securityGroupIds"))
		json_set_array(link->doc, "securityGroupIds");
	if (!json_get(link->doc, "tags"))
		json_set_object(link->doc, "tags");
	json_set_cstr(link->doc, "vpcLinkStatus", "AVAILABLE");
	json_set_cstr(link->doc, "vpcLinkStatusMessage", "VPC link is ready to route traffic");
	json_set_cstr(link->doc, "vpcLinkVersion", "V2");
	return true;
}

const struct part_kind part_kind_domain = { .noun = "DomainName",
					    .plural = "DomainNames",
					    .id = "domainName",
					    .missing = "Invalid domain name identifier specified",
					    .good = domain_good,
					    .leaving = domain_leaving };
const struct part_kind part_kind_mapping = { .noun = "ApiMapping",
					     .plural = "ApiMappings",
					     .id = "apiMappingId",
					     .owner = "domainName",
					     .missing = "Invalid API mapping identifier specified",
					     .good = mapping_good };
const struct part_kind part_kind_vpc_link = { .noun = "VpcLink",
					      .plural = "VpcLinks",
					      .id = "vpcLinkId",
					      .missing = "Invalid Vpc Link identifier specified",
					      .good = vpc_link_good };
