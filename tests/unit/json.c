#include "format/json.h"
#include "random.h"
#include "tap.h"

/* text, stable error id ("" accepted), canonical form */
static const struct {
	const char *text, *id, *canon;
} cases[] = {
	{ "{}", "", "{}" },
	{ " { \"a\" : [ 1 , 2.50 ] } ", "", "{\"a\":[1,2.50]}" },
	{ "{\"a\":\"\\u0041\\/\\u00e9\\n\"}", "", "{\"a\":\"A/é\\n\"}" },
	{ "{\"a\":\"\\ud83d\\ude00\"}", "", "{\"a\":\"😀\"}" },
	{ "{\"a\":\"\\u001B\"}", "", "{\"a\":\"\\u001b\"}" },
	{ "{\"a\\u0062\":1}", "", "{\"ab\":1}" },
	{ "{\"a\":-0.0e+10,\"b\":1E400}", "", "{\"a\":-0.0e+10,\"b\":1E400}" },
	{ "{\"a\":1,\"\\u0061\":2}", "json.duplicate", "" },
	{ "{\"x\":{\"a\":1,\"a\":2}}", "json.duplicate", "" },
	{ "{\"a\":\"\\u0000\"}", "json.nul", "" },
	{ "{\"a\":\"\\ud800\"}", "json.surrogate", "" },
	{ "{\"a\":\"\xff\"}", "json.utf8", "" },
	{ "{\"a\":\"\xed\xa0\x80\"}", "json.utf8", "" },
	{ "{\"a\":01}", "json.syntax", "" },
	{ "{\"a\":1.}", "json.syntax", "" },
	{ "{\"a\":+1}", "json.syntax", "" },
	{ "{\"a\":1,}", "json.syntax", "" },
	{ "{\"a\":[1,]}", "json.syntax", "" },
	{ "{a:1}", "json.syntax", "" },
	{ "{\"a\":'x'}", "json.syntax", "" },
	{ "{\"a\":tru}", "json.syntax", "" },
	{ "{\"a\":\"\t\"}", "json.syntax", "" },
	{ "{\"a\":\"\\x\"}", "json.syntax", "" },
	{ "{\"a\":1} x", "json.syntax", "" },
	{ "{\"a\":1", "json.syntax", "" },
	{ "[1]", "json.syntax", "" },
	{ "", "json.syntax", "" },
	{ "{\"a\":NaN}", "json.syntax", "" },
};

static void
table(void)
{
	struct crm_json_obj o = { 0 };
	struct crm_buf b = { 0 };
	for (size_t i = 0; i < CRM_LEN(cases); i++) {
		struct crm_err err = { .id = "" };
		struct crm_str t = crm_str_z(cases[i].text);
		enum crm_status st = crm_json_scan(t, NULL, &o, &err);
		same(crm_str_z(st ? err.id : ""), cases[i].id, cases[i].text);
		if (st)
			continue;
		crm_buf_clear(&b);
		crm_json_canon(&b, crm_str_trim(t));
		same(crm_buf_view(&b), cases[i].canon, "  canonical");
		ok(o.canon == crm_str_is(t, cases[i].canon),
		    "  and known to be so or not");
	}
	crm_json_obj_release(&o);
	crm_buf_release(&b);
}

static void
limits(void)
{
	struct crm_buf b = { 0 };
	struct crm_err err = { 0 };
	struct crm_json_obj o = { 0 };
	for (int depth = 63; depth <= 65; depth++) {
		crm_buf_clear(&b);
		crm_buf_z(&b, "{\"a\":");
		for (int i = 1; i < depth; i++)
			crm_buf_c(&b, '[');
		for (int i = 1; i < depth; i++)
			crm_buf_c(&b, ']');
		crm_buf_c(&b, '}');
		enum crm_status st = crm_json_scan(crm_buf_view(&b), NULL, &o,
		    &err);
		ok((st == CRM_OK) == (depth <= 64), "depth %d", depth);
	}
	for (int n = 4095; n <= 4097; n++) {
		crm_buf_clear(&b);
		crm_buf_c(&b, '{');
		for (int i = 0; i < n; i++)
			crm_buf_printf(&b, "%s\"k%d\":0", i ? "," : "", i);
		crm_buf_c(&b, '}');
		ok((crm_json_scan(crm_buf_view(&b), NULL, &o, &err) == CRM_OK)
		    == (n <= 4096), "%d members", n);
	}
	b.n--;
	crm_buf_z(&b, ",\"k7\":1}");
	struct crm_json_limits more = { .members = 10000 };
	ok(crm_json_scan(crm_buf_view(&b), &more, &o, &err) == CRM_INVALID &&
	    strcmp(err.id, "json.duplicate") == 0, "a duplicate among many");
	crm_buf_release(&b);
	crm_json_obj_release(&o);
}

static void
walk(void)
{
	struct crm_str v, t = CRM_STR("{\"a\":{\"b\":[1,\"x\\\"]}\",{\"c\":2}]},"
	    "\"d\\u0065\":null}");
	ok(crm_json_path(t, CRM_STR("a.b"), &v) && crm_json_count(v) == 3,
	    "path and count");
	ok(crm_json_get(t, CRM_STR("de"), &v), "an escaped key");
	ok(!crm_json_path(t, CRM_STR("a.x"), &v), "no such path");
	struct crm_buf b = { 0 };
	crm_buf_c(&b, '{');
	crm_json_add_str(&b, "s", CRM_STR("é\"\x01\n"));
	crm_json_add_u64(&b, "n", UINT64_MAX);
	crm_json_add_double(&b, "d", 0.1, 0);
	crm_json_add_double(&b, "r", 2.0 / 3, 3);
	crm_json_add_double(&b, "z", -0.0001, 2);
	crm_buf_c(&b, '}');
	same(crm_buf_view(&b), "{\"s\":\"é\\\"\\u0001\\n\",\"n\":"
	    "18446744073709551615,\"d\":0.1,\"r\":0.667,\"z\":0}", "building");
	struct crm_json_obj o = { 0 };
	ok(crm_json_scan(crm_buf_view(&b), NULL, &o, NULL) == CRM_OK &&
	    o.canon && o.n == 5, "is canonical");
	crm_json_obj_release(&o);
	crm_buf_release(&b);
}

static void
mutate(struct crm_buf *b)
{
	static const char some[] = "\"\\{}[]:,0-.eE \t\n/utrufalsn\xc3\xa9\xe2\x82"
	    "\xac\xed\xa0\xf0\x9f\x98\x80\xff\x7f\x01";
	for (size_t k = rnd_to(3); k; k--) {
		size_t at = rnd_to(b->n);
		char c = some[rnd_to(sizeof(some))];
		if (rnd_to(2)) {
			b->p[at] = c;
		} else {
			crm_buf_c(b, '}');
			memmove(b->p + at + 1, b->p + at, b->n - at - 1);
			b->p[at] = c;
		}
		if (rnd_to(4) == 0)
			b->n -= rnd_to(b->n);
		if (b->n == 0)
			crm_buf_c(b, '{');
	}
}

static bool
same_members(const struct crm_json_obj *x, const struct crm_json_obj *y)
{
	bool good = x->n == y->n && x->canon == y->canon;
	for (size_t i = 0; good && i < x->n; i++)
		good = x->m[i].key.p == y->m[i].key.p &&
		    x->m[i].key.n == y->m[i].key.n &&
		    x->m[i].val.p == y->m[i].val.p &&
		    x->m[i].val.n == y->m[i].val.n &&
		    x->m[i].canon == y->m[i].canon &&
		    x->m[i].key_esc == y->m[i].key_esc;
	return good;
}

/* A text that is expected to have the keys of the last one is scanned as any
 * other: at most it takes less time. The copy ends where its memory does. */
static void
expected(void)
{
	static const char *const base[] = {
		"{\"id\":\"c1\",\"given_name\":\"Μαρία\",\"a\":12,\"bc\":-0.50,"
		"\"tags\":[\"x\",\"€uro\"],\"k\":[],\"notes\":\"na\xc3\xafve "
		"text that is longer than sixteen bytes\"}",
		"{\"id\":\"x\",\"o\":{\"p\":[1]},\"n\":null,\"e\":1e5,"
		"\"a_key_longer_than_sixteen\":\"\",\"t\":true,\"u\":\"a\\n\"}"
	};
	for (size_t k = 0; k < CRM_LEN(base); k++) {
		struct crm_json_obj first = { 0 }, x = { 0 }, y = { 0 };
		struct crm_str keys[8];
		bool good = crm_json_scan(crm_str_z(base[k]), NULL, &first,
		    NULL) == CRM_OK && first.n <= CRM_LEN(keys);
		for (size_t i = 0; good && i < first.n; i++)
			keys[i] = first.m[i].key;
		for (int i = 0; good && i < 60000; i++) {
			struct crm_buf b = { 0 };
			struct crm_err e = { .id = "" }, f = { .id = "" };
			crm_buf_z(&b, base[k]);
			mutate(&b);
			char *text = malloc(b.n);
			memcpy(text, b.p, b.n);
			struct crm_str t = { text, b.n };
			x.expect = rnd_to(9) ? keys : keys + 1;
			x.nexpect = first.n - (x.expect != keys) - !rnd_to(5);
			enum crm_status p = crm_json_scan(t, NULL, &x, &e),
			    q = crm_json_scan(t, NULL, &y, &f);
			good = p == q && strcmp(e.id, f.id) == 0 &&
			    strcmp(e.msg, f.msg) == 0 &&
			    (p || same_members(&x, &y));
			if (!good)
				printf("# %d %s %s: %.*s\n", (int)p, e.msg,
				    f.msg, CRM_FMT(t));
			free(text);
			crm_buf_release(&b);
		}
		ok(good, "expected keys change nothing: %zu", k);
		crm_json_obj_release(&first);
		crm_json_obj_release(&x);
		crm_json_obj_release(&y);
	}
}

int
main(void)
{
	table();
	limits();
	walk();
	expected();
	return tap_end();
}
