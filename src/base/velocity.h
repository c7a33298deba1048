#ifndef BASE_VELOCITY_H
#define BASE_VELOCITY_H

#include "base/json.h"

/*
 * Velocity: the template language of API Gateway's mapping templates (Apache VTL 1.7, as API Gateway runs it).
 *
 *	#set($pets = $input.path('$.pets'))
 *	[#foreach($pet in $pets){"id": $pet.id}#if($foreach.hasNext),#end#end]
 *
 * There are references with properties, methods and indexes, #set, #if/#elseif/#else/#end, #foreach, #break, #stop,
 * #define, #literal, comments, #[[ ]]#, ranges, lists, maps, arithmetic, and interpolation in double quotes.
 *
 * What API Gateway does otherwise than the book says, by what was recorded from it: a reference that leads nowhere is the
 * empty string, which prints nothing and is true in an #if; a #macro is taken and never called, its calls print as they
 * were written, and so do #evaluate and #return; a template that ends in "$" is wrong; a loop ends after 1000 rounds.
 *
 * Values are Java's: strings know length(), replaceAll() and so on, lists add(), maps put() and entrySet(). A map
 * prints as {a=1, b=2}, a list as [a, b], a list out of JSON as JSON. What a method of Java's would throw is an error.
 */

/* What one rendering may use at most; what needs more only serves to use up the machine, and is an error. */
#define VELOCITY_STEPS_MAX   1000000
#define VELOCITY_OUTPUT_MAX  ((size_t)10 << 20)
#define VELOCITY_BYTES_MAX   ((size_t)64 << 20)
#define VELOCITY_NESTING_MAX 64
#define VELOCITY_LOOP_MAX    1000

/* "$util.method(args)", being called. */
struct velocity_call {
	struct arena *arena;
	struct str method;
	struct json_object **args; /* NULL: "$util.method", without parentheses */
	size_t count;
	struct json_object *result; /* set by the tool, the arena's; NULL: null */
	const char *why;            /* set by a tool that fails */
};
/* A reference that is a program rather than a value: $util, $input. */
struct velocity_tool {
	const char *name; /* "util" */
	/* False ends the rendering with call->why. A method that there is not is null. */
	bool (*call)(void *arg, struct velocity_call *call);
	void *arg;
};

/* Is `text` a template? If not, *why is a sentence that names the line. */
bool velocity_check(struct arena *a, struct str text, const char **why);

/*
 * Render a template. `variables` is an object whose members are references ({"context": ...}); what the template does to
 * the members of those objects (#set($context.x = 1)) is in them afterwards, what it does to its own variables is not.
 * `tools` is { 0 }-ended, or NULL. False, with a sentence in *why, when it is no template, when it fails, or when it
 * needs more than it may use.
 */
bool velocity_render(struct arena *a, struct str text, struct json_object *variables,
		     const struct velocity_tool *tools, struct str *out, const char **why);

/* A JSON value as a template prints it: {a=1, b=2}. */
struct str velocity_text(struct arena *a, struct json_object *value);

#endif
