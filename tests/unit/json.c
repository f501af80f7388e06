#include "format/json.h"
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

int
main(void)
{
	table();
	limits();
	walk();
	return tap_end();
}
