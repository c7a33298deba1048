/* RSA public keys between OpenSSH's form and PEM's. Made by ssh-keygen, whose answers are expected here. */
#include "cloud/iam/ssh_key.h"

#include "unit/tap.h"

static const char line[] =
	"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDRwURZaTgEaD/jrTLY+ZJkTZZ9oHil8TA3xkPznwp5"
	"MS9eLbADF2fCTq+C/9POmDjUxcOLRD3CFwQwP9Ivoa2HHNnnOlV71H1fW5k650TbauwlhIZn6lvyPUzc"
	"xTFv1TD4qJAsYQTKsjojSYQKKNGR4rb+lfFf9K3C6pFAHyEtTZ/3HPC3jK5vN0bpeRzMzF/qxe2WzAna"
	"RK8ghaotbk9LYmJSt8jnCGQbd9XG/jdtl72GQthKlRa7Vpm0vHQNjmGy3wyshMAIDc2MiH89nKpwc/qm"
	"divP3+mcl4OS8eyhs+Dw9KdgUde8NZXZhfkc7nKleA4in0gS9vEmgVikJYj1";
static const char pem[] = "-----BEGIN PUBLIC KEY-----\n"
			  "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0cFEWWk4BGg/460y2PmS\n"
			  "ZE2WfaB4pfEwN8ZD858KeTEvXi2wAxdnwk6vgv/Tzpg41MXDi0Q9whcEMD/SL6Gt\n"
			  "hxzZ5zpVe9R9X1uZOudE22rsJYSGZ+pb8j1M3MUxb9Uw+KiQLGEEyrI6I0mECijR\n"
			  "keK2/pXxX/StwuqRQB8hLU2f9xzwt4yubzdG6XkczMxf6sXtlswJ2kSvIIWqLW5P\n"
			  "S2JiUrfI5whkG3fVxv43bZe9hkLYSpUWu1aZtLx0DY5hst8MrITACA3NjIh/PZyq\n"
			  "cHP6pnYrz9/pnJeDkvHsobPg8PSnYFHXvDWV2YX5HO5ypXgOIp9IEvbxJoFYpCWI\n"
			  "9QIDAQAB\n"
			  "-----END PUBLIC KEY-----\n";
#define FINGERPRINT "3a:26:cc:75:2c:e5:d5:f6:c8:71:85:d0:f6:e4:00:7f"

static enum ssh_key_verdict verdict_of(struct arena *a, const char *text)
{
	struct str blob;

	return ssh_key_read(a, str_of(text), &blob);
}

static void check_forms(struct arena *a)
{
	struct str one = STR_NONE, other = STR_NONE;

	ok(ssh_key_read(a, str_of(line), &one) == SSH_KEY_GOOD, "OpenSSH's line is read");
	ok(ssh_key_read(a, str_of(pem), &other) == SSH_KEY_GOOD, "PEM is read");
	ok(str_eq(one, other), "both are the same key");
	is_str(ssh_key_line(a, one), line, "it is written as a line");
	is_str(ssh_key_pem(a, one), pem, "it is written as PEM");
	is_str(ssh_key_fingerprint(a, one), FINGERPRINT, "it has ssh-keygen's fingerprint");
	ok(verdict_of(a, arena_printf(a, "  %s somebody@somewhere\n", line)) == SSH_KEY_GOOD,
	   "a comment and blanks do no harm");
}

static void check_wrong(struct arena *a)
{
	ok(verdict_of(a, "") == SSH_KEY_UNKNOWN, "nothing is no key");
	ok(verdict_of(a, "ssh-ed25519 AAAA") == SSH_KEY_UNKNOWN, "other kinds are not known");
	ok(verdict_of(a, "ssh-rsa AAAAB3NzaC1yc2E=") == SSH_KEY_INVALID,
	   "a key without numbers is invalid");
	ok(verdict_of(a, "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAQU=") == SSH_KEY_INVALID,
	   "a short key is invalid");
	for (size_t n = 30; n < sizeof(line) - 1; n += 50)
		if (verdict_of(a, arena_cstr(a, str_slice(str_of(line), 0, n))) == SSH_KEY_GOOD)
			ok(false, "a key that is cut off is invalid");
	for (size_t n = 30; n < sizeof(pem) - 2; n += 20)
		if (verdict_of(a, arena_cstr(a, str_slice(str_of(pem), 0, n))) == SSH_KEY_GOOD)
			ok(false, "a PEM that is cut off is invalid");
	ok(true, "keys that are cut off are invalid");
}

int main(void)
{
	struct arena *a = arena_new();

	check_forms(a);
	check_wrong(a);
	arena_free(a);
	return done_testing();
}
