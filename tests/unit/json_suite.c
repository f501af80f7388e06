/* The public JSONTestSuite (Nicolas Seriot, MIT) through our scanner, where
 * CRM_TESTDATA has it. The answers wanted are in tests/data/json-suite.tsv; by
 * them all n_ files are refused, and all y_ files accepted but four: a NUL in a
 * string and in a key, and two duplicate keys. */
#include "format/json.h"
#include "tap.h"

static int
answer(const char *path)
{
	struct crm_buf b = { 0 };
	struct crm_err err = { 0 };
	if (crm_buf_read_file(&b, path)) {
		crm_buf_release(&b);
		return -1;
	}
	enum crm_status st = crm_json_check(crm_buf_view(&b), NULL, &err);
	crm_buf_release(&b);
	return st == CRM_OK;
}

static void
one(const char *dir, struct crm_str line, int count[2])
{
	struct crm_str name, rest = line;
	struct crm_buf path = { 0 };
	crm_str_split(&rest, '\t', &name);
	int want = crm_str_is(rest, "accepted");
	crm_buf_printf(&path, "%s/%.*s", dir, CRM_FMT(name));
	int got = answer(crm_buf_cstr(&path));
	ok(got == want, "%.*s %s", CRM_FMT(name), want ? "accepted" : "refused");
	bool y = crm_str_starts(name, CRM_STR("y_"));
	bool n = crm_str_starts(name, CRM_STR("n_"));
	count[0] += y && !want;
	count[1] += n && want;
	crm_buf_release(&path);
}

int
main(void)
{
	const char *data = getenv("CRM_TESTDATA"), *src = getenv("CRM_TESTSRC");
	struct crm_buf table = { 0 }, dir = { 0 };
	struct crm_str rest, line;
	int count[2] = { 0, 0 };
	crm_buf_printf(&dir, "%s/suites/JSONTestSuite/test_parsing",
	    data ? data : "");
	crm_buf_printf(&table, "%s/tests/data/json-suite.tsv", src ? src : ".");
	char *list = crm_buf_detach(&table, NULL);
	if (!data || crm_buf_read_file(&table, list)) {
		printf("1..0 # SKIP CRM_TESTDATA is not set, or run elsewhere\n");
		free(list);
		return 0;
	}
	rest = crm_buf_view(&table);
	while (crm_str_split(&rest, '\n', &line))
		if (line.n)
			one(crm_buf_cstr(&dir), line, count);
	ok(count[0] == 4, "four documented refusals of valid texts");
	ok(count[1] == 0, "no invalid text is to be accepted");
	free(list);
	crm_buf_release(&table);
	crm_buf_release(&dir);
	return tap_end();
}
