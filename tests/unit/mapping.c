/* Mapping templates: $input, $util and $context, by API Gateway's developer guide and by what was recorded from it. */
#include "base/mapping.h"
#include "unit/tap.h"

static const char body[] =
	"{\"pets\":[{\"id\":1,\"name\":\"Rex\"},{\"id\":2,\"name\":\"Tom\"}],\"s\":\"it's\","
	"\"n\":null,\"o\":{\"a\":1,\"b\":[2,3]},\"d\":1.5}";

static const struct {
	const char *template, *body, *want;
} examples[] = {
	{ "$input.json('$.pets[0]')", body, "{\"id\":1,\"name\":\"Rex\"}" },
	{ "$input.json('$.pets[*].name')", body, "[\"Rex\",\"Tom\"]" },
	{ "$input.json('$.nothing')", body, "\"\"" },
	{ "$input.path('$.nothing')|$input.path('$.n')", body, "|" },
	{ "$input.path('$.o')", body, "{a=1, b=[2,3]}" },
	{ "$input.path('s') $input.path('$.pets').size() $input.path('$.d')", body, "it's 2 1.5" },
	{ "#foreach($p in $input.path('$.pets'))$p.name#if($foreach.hasNext),#end#end", body,
	  "Rex,Tom" },
	{ "$input.params('q') $input.params('id') $input.params('X-A') $input.params('none').",
	  body, "query path head ." },
	{ "#foreach($k in $input.params().keySet())$k #end", body, "path querystring header " },
	{ "$input.params().header.get('X-A')", body, "head" },
	{ "$util.escapeJavaScript($input.path('$.s')) $util.escapeJavaScript('a/\"\\é')", body,
	  "it\\'s a\\/\\\"\\\\\\u00E9" },
	{ "$util.escapeJavaScript($input.path('$.s')).replaceAll(\"\\\\'\",\"'\")", body, "it's" },
	{ "$util.parseJson('{\"a\":{\"b\":[7]}}').a.b[0]", body, "7" },
	{ "$util.urlEncode('a b&c*~') $util.urlDecode('a+b%26')", body, "a+b%26c*%7E a b&" },
	{ "$util.base64Encode('hello') $util.base64Decode('aGVsbG8=')", body, "aGVsbG8= hello" },
	{ "$context.stage $context.nothing.", body, "prod ." },
	{ "${stageVariables.v}", body, "one" },
	{ "$input.body", "raw text", "raw text" },
	{ "$input.body", "", "{}" },
	{ "$input.json('$')", "", "{}" },
	{ "$input.json('$')", "a=b", "\"a=b\"" },
	{ "$input.path('$')", "\"a=b\"", "a=b" },
	{ "$input.path('$')", "a{b", "a{b" },
	{ "$input.path('$')", "{}", "{}" },
	{ "$input $util $input.params $input.keySet $util.urlEncode", "", "    " },
};

static struct mapping_input input_of(struct arena *a, const char *text)
{
	return (struct mapping_input){
		.body = str_of(text),
		.params = json_parse(
			a,
			STR("{\"path\":{\"id\":\"path\"},\"querystring\":{\"q\":\"query\",\"id\":\"no\"},"
			    "\"header\":{\"X-A\":\"head\"}}"),
			NULL),
		.context = json_parse(
			a, STR("{\"stage\":\"prod\",\"requestOverride\":{\"header\":{}}}"), NULL),
		.stage_variables = json_parse(a, STR("{\"v\":\"one\"}"), NULL),
	};
}

int main(void)
{
	struct arena *a = arena_new();
	struct mapping_input in;
	struct str out;
	const char *why;

	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
		in = input_of(a, examples[i].body);
		why = NULL;
		if (mapping_render(a, str_of(examples[i].template), &in, &out, &why) !=
		    MAPPING_DONE)
			out = str_of(why);
		is_str(out, str_of(examples[i].want), "%s", examples[i].template);
	}
	in = input_of(a, "{a");
	is_int(mapping_render(a, STR("$input.json('$')"), &in, &out, &why), MAPPING_BAD_BODY,
	       "a body that begins as JSON and is none is the caller's mistake");
	is_int(mapping_render(a, STR("$input.body"), &in, &out, &why), MAPPING_DONE,
	       "as long as nobody looks into it, it may be anything");
	is_int(mapping_render(a, STR("#if("), &in, &out, &why), MAPPING_BAD_TEMPLATE,
	       "a wrong template is the API's mistake");
	in = input_of(a, body);
	mapping_render(a, STR("#set($context.requestOverride.header.x = $input.path('$.s'))"), &in,
		       &out, &why);
	is_str(json_text(a, json_get(in.context, "requestOverride")),
	       STR("{\"header\":{\"x\":\"it's\"}}"), "what was overridden is told");
	arena_free(a);
	return done_testing();
}
