/*
 * Velocity against a table of templates and what API Gateway made of them. The first table is what its users recorded
 * from the real one (public conformance tests of a Python port), the second what the VTL reference guide says.
 */
#include "base/time.h"
#include "base/velocity.h"
#include "unit/tap.h"

struct example {
	const char *template, *variables, *want;
};

static const struct example recorded[] = {
	{ "<html></html>", NULL, "<html></html>" },
	{ "Hello $name", "{\"name\":\"Chris\"}", "Hello Chris" },
	{ "Hello $ ", NULL, "Hello $ " },
	{ "Hello $name", NULL, "Hello " },
	{ "Hello $!name", NULL, "Hello " },
	{ "#if(${a.b.c})yes!#end", "{\"a\":{\"b\":{\"c\":\"d\"}}}", "yes!" },
	{ "#if(${a.b.c})yes!#end", "{\"a\":{\"b\":{\"c\":false}}}", "" },
	{ "#if(${a.b.c})yes!#end", NULL, "yes!" },
	{ "#if($!{a.b.c})yes!#end", NULL, "yes!" },
	{ "Hello ${name}.", "{\"name\":\"World\"}", "Hello World." },
	{ "Hello $name}.", "{\"name\":\"World\"}", "Hello World}." },
	{ "Hello #if ($name)your name is ${name}#end Good to see you", "{\"name\":\"Steve\"}",
	  "Hello your name is Steve Good to see you" },
	{ "#if ($some_value)hide me#end", "{\"some_value\":null}", "hide me" },
	{ "#set ($v = true)$v", NULL, "true" },
	{ "hello #if ($g)${name}.\n#if($b)Happy Birthday\n#end.\n#end Off out later?",
	  "{\"name\":\"Steve\",\"g\":true,\"b\":true}",
	  "hello Steve.\nHappy Birthday\n.\n Off out later?" },
	{ "#foreach ($name in $names)Hello $name. #end$name", "{\"names\":[\"Chris\",\"Steve\"]}",
	  "Hello Chris. Hello Steve. " },
	{ "#foreach ($w in $g)$w to#foreach ($w in $n) $w#end. #end",
	  "{\"g\":[\"Hello\",\"Goodbye\"],\"n\":[\"Chris\",\"Steve\"]}",
	  "Hello to Chris Steve. Goodbye to Chris Steve. " },
	{ "#foreach ($w in $g)Outer $velocityCount#foreach ($w in $g), inner $velocityCount#end. #end",
	  "{\"g\":[1,2]}", "Outer 1, inner 1, inner 2. Outer 2, inner 1, inner 2. " },
	{ "#foreach ($i in [1, 2, 3])$i. #if ($velocityHasNext)yes#end, #end", NULL,
	  "1. yes, 2. yes, 3. , " },
	{ "#foreach ($i in [1, 2, 3])$i. #if ($foreach.first)yes#end, #end", NULL,
	  "1. yes, 2. , 3. , " },
	{ "#foreach ($i in [1, 2, 3])$i. #if ($foreach.last)yes#end, #end", NULL,
	  "1. , 2. , 3. yes, " },
	{ "#foreach ($w in [7, 8])$foreach.index$foreach.count#if($foreach.hasNext),#end#end", NULL,
	  "01,12" },
	{ "## comment\nStuff\nMore stuff## more comments $blah", NULL, "Stuff\nMore stuff" },
	{ "Stuff#*\n more comments *#\n and more stuff", NULL, "Stuff\n and more stuff" },
	{ "#set ($name = \"\\\\batman\\nand robin\")$name", NULL, "\\\\batman\\nand robin" },
	{ "#set($d = '{\"a\": 2}')$d", NULL, "{\"a\": 2}" },
	{ "#set($d = \"{\"\"a\"\": 2}\")$d", NULL, "{\"a\": 2}" },
	{ "#set($d = \"1\\\\\"\"2\"\"3\")$d", NULL, "1\\\\\"2\"3" },
	{ "#if ($value) true #else false #end", NULL, " true " },
	{ "#if($value)true#{else}false#end", NULL, "true" },
	{ "#if($value)true#{end}monkey", NULL, "truemonkey" },
	{ "\n#set( $email = \"foo\" )\n$email\n\\$email\n\\\\$email\n\\\n\\\\ \\# \\$\n\\#end\n\\# end\n"
	  "\\#set( $email = \"foo\" )\n",
	  NULL, "\nfoo\n$email\n\\foo\n\\\n\\\\ \\# \\$\n#end\n\\# end\n#set( foo = \"foo\" )\n" },
	{ "#if ($a) one #elseif ($b) two #else three #end", "{\"a\":false,\"b\":true}", " two " },
	{ "#if ($a) one #elseif ($b) two #else three #end", "{\"a\":false,\"b\":false}",
	  " three " },
	{ "#if ( $v gt 1 )yes#end#if ( $v >= 2 )yes#end#if ($v lt 1)no#end#if($v eq 2)eq#end",
	  "{\"v\":2}", "yesyeseq" },
	{ "#if ( ($a == 1) && ($b == 2) )yes#end#if($a or $c)or#end#if(not $c)not#end",
	  "{\"a\":1,\"b\":2,\"c\":false}", "yesornot" },
	{ "#if ( !$value )yes#end", "{\"value\":null}", "" },
	{ "#define ( $hello)hi#end$hello()$hello()", NULL, "hi()hi()" },
	{ "#define ( $showindex )$foreach.index#end#foreach($x in [1,2,3])$showindex#end", NULL,
	  "012" },
	{ "#set($values = [2..-2])#foreach($value in $values)$value,#end", NULL, "2,1,0,-1,-2," },
	{ "blah\n#set($l = [\"Hello \", $person, \", your lucky number is \", 7])\n"
	  "#foreach($value in $l)$value#end\n\nblah",
	  "{\"person\":\"Chris\"}", "blah\nHello Chris, your lucky number is 7\nblah" },
	{ "#set($a = {\"dog\": \"$horse\" , \"horse\":15})$a.dog", "{\"horse\":\"cow\"}", "cow" },
	{ " $user.name ", "{\"user\":{\"items\":\"1;2;3\"}}", "  " },
	{ "#set($hello=\"hello, \\$name is $name\")$hello", "{\"name\":\"Steve\"}",
	  "hello, $name is Steve" },
	{ "<span style=\"color: #13ff93\"><a href=\"#\">bob</a>", NULL,
	  "<span style=\"color: #13ff93\"><a href=\"#\">bob</a>" },
	{ "#foreach($value in $values)foo#end", NULL, "" },
	{ "#set( $m = ($value % 2) )$m", "{\"value\":3}", "1" },
	{ "#set( $v = \"\" )#set( $y = '' ).$v.$y.", NULL, "..." },
	{ "#foreach( $v in [1..3] )$v\n#end", NULL, "1\n2\n3\n" },
	{ "hello #stop world", NULL, "hello " },
	{ "#set($a = 4 > 2 + 5)$a #set($a = 5 + 4 > 2)$a", NULL, "falsetrue" },
	{ "#set($a = 2 + 5 * 4)$a", NULL, "22" },
	{ "#set($a = {})$a", NULL, "{}" },
	{ "\n#if(true)\nhello##\n#end", NULL, "\nhello" },
	{ "#set($a = 100.0 / 50)$a", NULL, "2.0" },
	{ "#set($x = .5*.1)$x", NULL, "0.05" },
	{ "$a[1][1]$a[0].b$a[0][\"b\"]", "{\"a\":[{\"b\":\"x\"},[1,2]]}", "2xx" },
	{ "#set($i = 1)$a[ $i ]", "{\"a\":[\"foo\",\"bar\"]}", "bar" },
	{ "$a.b.c['foo:bar']", "{\"a\":{\"b\":{\"c\":{\"foo:bar\":\"baz\"}}}}", "baz" },
	{ "#set($i = 1)$i,#foreach ($i in [2, 3, 4])$i,#set($i = $i)#end$i", NULL, "1,2,3,4,1" },
	{ "#set($foo = [1,2,3]) $foo.size()$foo.get(1)$foo.isEmpty()", NULL, " 32false" },
	{ "#set($foo = [1,2,3])#set( $ignore = $foo.add('string value') )#foreach($i in $foo)$i,#end",
	  NULL, "1,2,3,string value," },
	{ "#set($foo = 'foobar123bab') $foo.replaceAll('ba.', 'foo')", NULL, " foofoo123foo" },
	{ "#set($foo = 'something') $foo.indexOf('e')$foo.substring(3, 6)", NULL, " 3eth" },
	{ "#set( $ignore = $d.put('k', 'new value') )$ignore - $d.k",
	  "{\"d\":{\"k\":\"initial value\"}}", "initial value - new value" },
	{ "#set($d = {} )#set($key = 'bar')#set( $d[$key] = 'foo' )$d", NULL, "{bar=foo}" },
	{ "#set($l = ['one', 'two', 'three'] )#set($i = 1)#set( $l[$i] = 'foo' )$l", NULL,
	  "[one, foo, three]" },
	{ "#set( $m = {} )#set($ignore = $m.put('k', null))#if(\"$m.k\" == \"\")no#else\nyes#end",
	  NULL, "no" },
	{ "#set( $ignore = $d.putAll({'k1': 'v3', 'k2': 'v2'}))$d.k1 - $d.k2",
	  "{\"d\":{\"k1\":\"v1\"}}", "v3 - v2" },
	{ "#set( $o = {'k1': 'v1', 'k2': 'v2'} )$o.toString()", NULL, "{k1=v1, k2=v2}" },
	{ "#set( $s = '2020-01-20T08:00:00.000Z' )"
	  "$s.matches(\"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:00\\.000Z$\")",
	  NULL, "true" },
	{ "\n#macro(blah)hello#end\n#blah()", NULL, "\n#blah()" },
	{ "#evaluate($dynamicsource)#return($v1)", "{\"v1\":1}",
	  "#evaluate($dynamicsource)#return($v1)" },
	{ "\n        #set( $o = {\n  \"u\": \"user1\"\n} )\n        {$o.u}", NULL,
	  "\n                {user1}" },
	{ "#set($a = 1) #set($b = 2)\nx", NULL, "x" },
};

static const struct example documented[] = {
	{ "#[[ $not #rendered ]]#", NULL, " $not #rendered " },
	{ "#foreach($i in [1..9])#if($i == 4)#break#end$i#end.", NULL, "123." },
	{ "#foreach($m in $map)$m,#end", "{\"map\":{\"a\":1,\"b\":2}}", "1,2," },
	{ "#foreach($e in $map.entrySet())$e.key=$e.value ($e);#end", "{\"map\":{\"a\":1,\"b\":2}}",
	  "a=1 (a=1);b=2 (b=2);" },
	{ "#foreach($k in $map.keySet())$k$map.get($k)#end", "{\"map\":{\"a\":1,\"b\":2}}",
	  "a1b2" },
	{ "$list $map", "{\"list\":[1,{\"a\":\"b\"}],\"map\":{\"l\":[1],\"n\":null}}",
	  "[1,{\"a\":\"b\"}] {l=[1], n=null}" },
	{ "#set($s = 'a' + 1)$s#set($n = 7 / 2)$n#set($n = -7 % 3)$n", NULL, "a13-1" },
	{ "#set($x = 1.0E10)$x#set($x = 0.0001)$x", NULL, "1.0E101.0E-4" },
	{ "#set($Integer = 0)#set($x = $Integer.parseInt('12') + 1)$x", NULL, "13" },
	{ "#foreach($p in 'a,b,,c,,'.split(','))[$p]#end", NULL, NULL },
	{ "#set($s = 'a,b,,c,,')#foreach($p in $s.split(','))[$p]#end", NULL, "[a][b][][c]" },
	{ "#set($s = ' Ab ')$s.trim().toLowerCase()$s.toUpperCase()$s.length()", NULL, "ab AB 4" },
	{ "$foreach.index#foreach($a in [1,2])#foreach($b in [3])$foreach.parent.index#end#end",
	  NULL, "01" },
	{ "#literal()$a #if#end.", NULL, "$a #if." },
	{ "#set($s = \"#foreach($i in [1..3])$i#end\")$s", NULL, "123" },
	{ "#set($s = 'x')${s}y $s.y $s.equals('x') ${s.equals('y')}", NULL, "xy  true false" },
	{ "$a-b ${a}-b", "{\"a\":1,\"a-b\":2}", "2 1-b" },
	{ "a@b.com costs $5 #1 C# $", NULL, NULL },
	{ "a@b.com costs $5 #1 C# $x", NULL, "a@b.com costs $5 #1 C# " },
	{ "#if($a)", NULL, NULL },
	{ "#end", NULL, NULL },
	{ "#set($a 1)", NULL, NULL },
	{ "#set($a = [1,2)", NULL, NULL },
	{ "${a", NULL, NULL },
	{ "#* never ends", NULL, NULL },
	{ "#set($s = 'abc')$s.substring(5)", NULL, NULL },
	{ "$l.get(7)", "{\"l\":[1]}", NULL },
	{ "#define($a)$a#end$a", NULL, NULL },
	{ "#set($l = [1])#foreach($i in [1..100])#set($x = $l.addAll($l))#end", NULL, NULL },
	{ "#set($s = 'x')#foreach($i in [1..100])#set($s = \"$s$s\")#end", NULL, NULL },
	{ "#set($m = {})#set($x = $m.put('m', $m))$m", NULL, NULL },
	{ "#foreach($i in [1..1000000000])$i#end", NULL, NULL },
	{ "#set($s = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!')$s.replaceAll('(a+)+b', 'x')", NULL,
	  NULL },
};

static void templates_render(struct arena *a, const struct example *e)
{
	struct json_object *variables =
		e->variables ? json_parse(a, str_of(e->variables), NULL) : json_new_object(a);
	struct str out = STR_NONE;
	const char *why = NULL;
	bool good = velocity_render(a, str_of(e->template), variables, NULL, &out, &why);

	if (e->want)
		is_str(good ? out : str_of(why), str_of(e->want), "%s", e->template);
	else
		ok(!good && why, "%s fails: %s", e->template, why ? why : "");
}

static void a_loop_ends_after_a_thousand_rounds(struct arena *a)
{
	struct str out = STR_NONE;
	const char *why = NULL;

	velocity_render(a, STR("#foreach($i in [1..5000])x#end"), json_new_object(a), NULL, &out,
			&why);
	is_int(out.n, 1000, "a loop ends after a thousand rounds");
}

/* Each search is given up after a while; many of them would still take minutes. */
static void searches_are_paid_for(struct arena *a)
{
	static const char *const calls[] = { "$b.matches('(a*)*b')", "$b.split('(a*)*b')",
					     "$b.replaceAll('(?:(a*)*b|a)', 'c')" };
	struct json_object *variables = json_new_object(a);
	const char *why = NULL;
	struct str out;

	json_set_cstr(variables, "b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		ok(!velocity_render(a,
				    arena_strf(a, "#foreach($i in [1..200])#set($x = %s)#end",
					       calls[i]),
				    variables, NULL, &out, &why),
		   "two hundred of %s are too much", calls[i]);
}

static void what_is_set_in_an_object_is_there_afterwards(struct arena *a)
{
	struct json_object *context =
		json_parse(a, STR("{\"x\":\"y\",\"over\":{\"header\":{}},\"same\":{\"a\":1.50}}"),
			   NULL);
	struct json_object *variables = json_new_object(a);
	struct str out;
	const char *why = NULL;

	json_set(variables, "context", json_object_get(context));
	ok(velocity_render(
		   a,
		   STR("#set($context.over.header.h = $context.x)#set($context.over.s = 201)"
		       "#set($context.x = [1, 'b'])#set($mine = 1)"),
		   variables, NULL, &out, &why),
	   "the template renders");
	is_str(json_text(a, context),
	       STR("{\"x\":[1,\"b\"],\"over\":{\"header\":{\"h\":\"y\"},\"s\":201},\"same\":{\"a\":1.50}}"),
	       "what the template has set in an object is there afterwards");
	is_int(json_count(variables), 1, "its own variables are not");
}

int main(void)
{
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof(recorded) / sizeof(*recorded); i++)
		templates_render(a, &recorded[i]);
	for (size_t i = 0; i < sizeof(documented) / sizeof(*documented); i++)
		templates_render(a, &documented[i]);
	a_loop_ends_after_a_thousand_rounds(a);
	what_is_set_in_an_object_is_there_afterwards(a);
	searches_are_paid_for(a);
	arena_free(a);
	return done_testing();
}
