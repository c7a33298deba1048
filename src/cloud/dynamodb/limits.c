/* Throughput that is asked for, and what comes of it; see limits.h. */
#include "cloud/dynamodb/limits.h"

#include "cloud/dynamodb/table.h"

#define INVALID "One or more parameter values were invalid: "
#define INITIAL                                                                                    \
	"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"                        \
	"on-demand-capacity-mode.html#on-demand-capacity-mode-initial"

/* Reads, then writes. */
static const struct {
	const char *units, *most, *warm;
	const char *was; /* in a definition's WarmThroughput: what it is until it has been raised */
	int64_t initial; /* what a new table on demand can take at once */
} ways[2] = {
	{ "ReadCapacityUnits", "MaxReadRequestUnits", "ReadUnitsPerSecond", "ReadWas", 12000 },
	{ "WriteCapacityUnits", "MaxWriteRequestUnits", "WriteUnitsPerSecond", "WriteWas", 4000 },
};

static bool refuse(struct op *op, const char *why)
{
	op_fail(op, &ValidationException, "%s", why);
	return false;
}

static int64_t units_of(struct json_object *throughput, const char *member)
{
	return json_int_or(json_get(throughput, member), 0);
}

/* "table", or "index NAME" with a sign behind the word. */
static const char *subject(struct op *op, struct str index, const char *sign)
{
	if (!index.p)
		return "table";
	return arena_printf(op->arena, "index%s %.*s", sign, STR_ARG(index));
}

bool limits_check_units(struct op *op, struct json_object *throughput)
{
	for (int i = 0; i < 2; i++) {
		int64_t units = units_of(throughput, ways[i].units);

		if (units <= LIMITS_UNITS_MAX)
			continue;
		op_fail(op, &ValidationException, "Given value %lld for %s is out of bounds",
			(long long)units, ways[i].units);
		return false;
	}
	return true;
}

/* --- CreateTable ----------------------------------------------------------------------- */

static bool on_demand(struct op *op)
{
	return str_is(op_str(op, "BillingMode"), "PAY_PER_REQUEST");
}

/* A most of -1 takes an earlier one away. */
static bool check_range(struct op *op, struct json_object *most, struct str index, int64_t also)
{
	for (int i = 0; i < 2; i++) {
		int64_t units = json_int_or(json_get(most, ways[i].most), 1);

		if (units >= 1 || units == also)
			continue;
		op_fail(op, &ValidationException,
			INVALID
			"Requested %s for OnDemandThroughput for %s is outside of valid range",
			ways[i].most, subject(op, index, " :"));
		return false;
	}
	return true;
}

static bool check_most(struct op *op, struct json_object *most, struct str index)
{
	for (int i = 0; i < 2 && !on_demand(op); i++) {
		if (!json_get(most, ways[i].most))
			continue;
		op_fail(op, &ValidationException,
			INVALID
			"%s for OnDemandThroughput%s%s cannot be specified when table BillingMode "
			"is PROVISIONED.",
			ways[i].most, index.p ? " for " : "",
			index.p ? subject(op, index, ":") : "");
		return false;
	}
	return check_range(op, most, index, 1);
}

/* At once at least what is there anyway. */
static bool check_warm(struct op *op, struct json_object *from, struct str index)
{
	struct json_object *warm = json_get(from, "WarmThroughput");
	struct json_object *provisioned = json_get(from, "ProvisionedThroughput");

	for (int i = 0; i < 2; i++) {
		int64_t least =
			provisioned ? units_of(provisioned, ways[i].units) : ways[i].initial;

		if (json_int_or(json_get(warm, ways[i].warm), least) >= least)
			continue;
		if (provisioned)
			op_fail(op, &ValidationException,
				INVALID
				"Requested %s for WarmThroughput for %s is lower than %s of "
				"ProvisionedThroughput",
				ways[i].warm, subject(op, index, ""), ways[i].units);
		else
			op_fail(op, &ValidationException,
				INVALID
				"Requested %s for WarmThroughput for %s is lower than initial "
				"throughput for OnDemand. See: " INITIAL,
				ways[i].warm, subject(op, index, ""));
		return false;
	}
	return true;
}

bool limits_check_table(struct op *op)
{
	struct json_object *throughput = op_get(op, "ProvisionedThroughput");

	if (on_demand(op) && throughput)
		return refuse(
			op, INVALID
			"Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when "
			"BillingMode is PAY_PER_REQUEST");
	if (!on_demand(op) && !throughput)
		return refuse(
			op, INVALID
			"ReadCapacityUnits and WriteCapacityUnits must both be specified when "
			"BillingMode is PROVISIONED");
	return limits_check_units(op, throughput) &&
	       check_most(op, op_get(op, "OnDemandThroughput"), STR_NONE) &&
	       check_warm(op, op->in, STR_NONE);
}

bool limits_check_index(struct op *op, struct json_object *index)
{
	struct json_object *throughput = json_get(index, "ProvisionedThroughput");
	struct str name = json_get_str(index, "IndexName");

	if (on_demand(op) && throughput) {
		op_fail(op, &ValidationException,
			INVALID
			"ProvisionedThroughput should not be specified for index: %.*s when BillingMode is "
			"PAY_PER_REQUEST",
			STR_ARG(name));
		return false;
	}
	if (!on_demand(op) && !throughput) {
		op_fail(op, &ValidationException,
			INVALID "ProvisionedThroughput is not specified for index: %.*s",
			STR_ARG(name));
		return false;
	}
	return limits_check_units(op, throughput) &&
	       check_most(op, json_get(index, "OnDemandThroughput"), name) &&
	       check_warm(op, index, name);
}

/* --- UpdateTable -------------------------------------------------------------------------- */

static bool check_raise(struct op *op, struct json_object *warm, struct json_object *definition,
			struct str index)
{
	struct limits_warm now = limits_warm(op, definition);

	for (int i = 0; i < 2; i++) {
		if (json_int_or(json_get(warm, ways[i].warm), now.units[i]) >= now.units[i])
			continue;
		op_fail(op, &ValidationException,
			INVALID
			"Requested %s for WarmThroughput for %s is lower than current WarmThroughput, "
			"decreasing WarmThroughput is not supported",
			ways[i].warm, subject(op, index, ""));
		return false;
	}
	return true;
}

bool limits_check_update(struct op *op, struct json_object *asked, struct json_object *definition,
			 bool on_demand_then, struct str index)
{
	struct json_object *most = json_get(asked, "OnDemandThroughput");

	for (int i = 0; i < 2 && !on_demand_then; i++) {
		if (!json_get(most, ways[i].most))
			continue;
		op_fail(op, &ValidationException,
			INVALID "%s for OnDemandThroughput%s%s cannot be specified when the table "
				"BillingMode is PROVISIONED",
			ways[i].most, index.p ? " for " : "",
			index.p ? subject(op, index, " :") : "");
		return false;
	}
	return check_range(op, most, index, -1) &&
	       check_raise(op, json_get(asked, "WarmThroughput"), definition, index);
}

static void set_warm(struct op *op, struct json_object *definition, const struct limits_warm *warm,
		     const struct limits_warm *was)
{
	struct json_object *out = json_set_object(definition, "WarmThroughput");

	for (int i = 0; i < 2; i++) {
		json_set_int(out, ways[i].warm, warm->units[i]);
		if (was)
			json_set_int(out, ways[i].was, was->units[i]);
	}
	if (was)
		json_set_int(out, "RaisedAt", op->now);
}

void limits_update(struct op *op, struct json_object *asked, struct json_object *definition)
{
	struct json_object *most = json_get(asked, "OnDemandThroughput");
	struct json_object *warm = json_get(asked, "WarmThroughput");
	struct limits_warm was = limits_warm(op, definition), raised = was;

	for (int i = 0; i < 2; i++) {
		if (json_get(most, ways[i].most)) {
			struct json_object *has = json_get(definition, "OnDemandThroughput");

			if (!has)
				has = json_set_object(definition, "OnDemandThroughput");
			json_set_int(has, ways[i].most, units_of(most, ways[i].most));
		}
		raised.units[i] = json_int_or(json_get(warm, ways[i].warm), was.units[i]);
	}
	if (json_count(warm))
		set_warm(op, definition, &raised, &was);
}

/* --- what can be taken at once -------------------------------------------------------------- */

static bool being_raised(struct op *op, struct json_object *warm)
{
	return json_get(warm, "RaisedAt") && units_of(warm, "RaisedAt") + table_delay() > op->now;
}

struct limits_warm limits_warm(struct op *op, struct json_object *definition)
{
	struct json_object *warm = json_get(definition, "WarmThroughput");
	struct json_object *provisioned = json_get(definition, "ProvisionedThroughput");
	struct limits_warm now;

	for (int i = 0; i < 2; i++) {
		int64_t least = json_int_or(json_get(provisioned, ways[i].units), ways[i].initial);

		now.units[i] = json_int_or(json_get(warm, being_raised(op, warm) ? ways[i].was
										 : ways[i].warm),
					   least);
	}
	return now;
}

void limits_keep_warm(struct op *op, struct json_object *definition, const struct limits_warm *was)
{
	struct limits_warm now;
	bool less = false;

	if (being_raised(op, json_get(definition, "WarmThroughput")))
		return;
	json_object_object_del(definition, "WarmThroughput");
	now = limits_warm(op, definition);
	for (int i = 0; i < 2; i++) {
		if (now.units[i] >= was->units[i])
			continue;
		now.units[i] = was->units[i];
		less = true;
	}
	if (less)
		set_warm(op, definition, &now, NULL);
}

void limits_describe_warm(struct op *op, struct json_object *definition, const char *status,
			  struct json_object *out)
{
	struct limits_warm now = limits_warm(op, definition);
	struct json_object *told = json_set_object(out, "WarmThroughput");

	for (int i = 0; i < 2; i++)
		json_set_int(told, ways[i].warm, now.units[i]);
	json_set_cstr(told, "Status",
		      being_raised(op, json_get(definition, "WarmThroughput")) ? "UPDATING"
									       : status);
}
