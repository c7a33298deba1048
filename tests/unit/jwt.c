/* JSON Web Tokens: RFC 7515's example of RS256, what we sign ourselves, and what is none. */
#include "unit/tap.h"

#include "base/base64.h"
#include "base/jwt.h"
#include "base/rsa.h"

/* RFC 7515, appendix A.2. */
static const char example[] =
	"eyJhbGciOiJSUzI1NiJ9"
	".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
	".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7"
	"AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4"
	"BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K"
	"0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqv"
	"hJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrB"
	"p0igcN_IoypGlUPQGe77Rw";
static const char example_n[] = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddx"
				"HmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMs"
				"D1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSH"
				"SXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdV"
				"MTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8"
				"NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";

static void test_example(struct arena *a)
{
	struct str n, e, changed = arena_dup(a, str_of(example));
	struct jwt jwt;

	base64url_parse(a, str_of(example_n), &n);
	base64url_parse(a, STR("AQAB"), &e);
	ok(jwt_parse(a, str_of(example), &jwt), "RFC 7515's example is a token");
	is_str(jwt.alg, "RS256", "it names its algorithm");
	is_str(json_get_str(jwt.claims, "iss"), "joe", "and its issuer");
	is_int(json_int_or(json_get(jwt.claims, "exp"), 0), 1300819380, "and its end");
	ok(jwt_verify(&jwt, n, e), "its signature holds");
	ok(!jwt_verify(&jwt, n, n), "not under another key");
	ok(!jwt_verify(&jwt, STR(""), STR("")), "nor under none");
	((char *)changed.p)[40] ^= 1;
	ok(jwt_parse(a, changed, &jwt) && !jwt_verify(&jwt, n, e), "nor when a claim was changed");
}

static void test_own(struct arena *a)
{
	struct str key = rsa_make(a), other = rsa_make(a), n, e, token, more[3];
	struct json_object *claims = json_new_object(a);
	struct jwt jwt;

	ok(rsa_public(a, key, &n, &e) && n.n == 256, "a key that is made has 2048 bits");
	json_set_cstr(claims, "sub", "ada");
	ok(jwt_sign(a, key, STR("k1"), claims, &token) && jwt_parse(a, token, &jwt),
	   "what is signed is a token");
	is_str(jwt.kid, "k1", "it names its key");
	ok(jwt_verify(&jwt, n, e), "and it holds");
	rsa_public(a, other, &n, &e);
	ok(!jwt_verify(&jwt, n, e), "not under another's key");
	ok(!rsa_public(a, STR("no key"), &n, &e) &&
		   !jwt_sign(a, STR("no key"), STR(""), claims, &token),
	   "what is no key signs nothing");
	more[2] = token;
	more[0] = str_cut(&more[2], '.');
	more[1] = str_cut(&more[2], '.');
	token = arena_strf(a, "%.*s.%.*s.%.*s",
			   STR_ARG(base64url_print(a, STR("{\"alg\":\"none\"}"))), STR_ARG(more[1]),
			   STR_ARG(more[2]));
	rsa_public(a, key, &n, &e);
	ok(jwt_parse(a, token, &jwt) && !jwt_verify(&jwt, n, e), "no other algorithm is taken");
}

static void test_none(struct arena *a)
{
	static const char *const bad[] = {
		"",           ".",           "..",           "e30.e30",
		"e30.e30.",   "e30.W10.AA",  "e30.e30.A=",   "e30.e30.AA.AA",
		"e31.e30.AA", "e30 .e30.AA", "bnVsbA.e30.AA"
	};
	struct jwt jwt;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!jwt_parse(a, str_of(bad[i]), &jwt), "no token: '%s'", bad[i]);
	ok(jwt_parse(a, STR("e30.e30.AA"), &jwt) && !jwt.alg.p, "the shortest there is");
}

int main(void)
{
	struct arena *a = arena_new();

	test_example(a);
	test_own(a);
	test_none(a);
	arena_free(a);
	return done_testing();
}
