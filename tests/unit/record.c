#include "model/record.h"
#include "tap.h"

static struct crm_shapes shapes;

/* line, with check?, canonical line or "!error-id field" */
static const struct {
	const char *line;
	bool check;
	const char *want;
} cases[] = {
	{ "{\"name\":\"A\",\"type\":\"contact\",\"id\":\"x\"}", true,
	    "{\"id\":\"x\",\"type\":\"contact\",\"name\":\"A\"}" },
	{ "{\"updated\":\"2026-01-01T00:00:00Z\",\"zz\":1,\"type\":\"deal\","
	    "\"amount\":12.50,\"stage\":\"new\",\"aa\":[ 2 ]}", true,
	    "{\"type\":\"deal\",\"stage\":\"new\",\"amount\":\"12.50\",\"zz\":1,"
	    "\"aa\":[2],\"updated\":\"2026-01-01T00:00:00Z\"}" },
	{ "{\"type\":\"contact\",\"email\":\"a@b.gr\",\"phones\":\"+301\"}", true,
	    "{\"type\":\"contact\",\"emails\":[\"a@b.gr\"],"
	    "\"phones\":[\"+301\"]}" },
	{ "{\"type\":\"contact\",\"email\":\"a@b.gr\"}", false,
	    "{\"type\":\"contact\",\"email\":\"a@b.gr\"}" },
	{ "{\"name\":\"no type\"}", true, "{\"type\":\"lead\",\"name\":"
	    "\"no type\"}" },
	{ "{\"type\":\"contact\",\"_score\":3,\"rev\":7,\"title\":null}", true,
	    "{\"type\":\"contact\",\"title\":null}" },
	{ "{\"n\\u0061me\":\"x\",\"type\":\"deal\"}", true,
	    "{\"type\":\"deal\",\"name\":\"x\"}" },
	{ "{\"type\":\"kontact\"}", true, "!schema.type type" },
	{ "{\"type\":\"contact\",\"emails\":[\"foo@\"]}", true,
	    "!schema.format emails" },
	{ "{\"type\":\"deal\",\"close_date\":\"2026-02-30\"}", true,
	    "!schema.format close_date" },
	{ "{\"type\":\"deal\",\"close_date\":\"2026-02-28\",\"closed\":"
	    "\"2026-02-28\",\"opened\":\"2026-02-28T10:00:00+02:00\"}", true,
	    "{\"type\":\"deal\",\"close_date\":\"2026-02-28\",\"opened\":"
	    "\"2026-02-28T10:00:00+02:00\",\"closed\":\"2026-02-28\"}" },
	{ "{\"type\":\"ticket\",\"status\":\"opne\"}", true,
	    "!schema.enum status" },
	{ "{\"type\":\"account\",\"employees\":\"many\"}", true,
	    "!schema.kind employees" },
	{ "{\"type\":\"deal\",\"currency\":\"EURO\"}", true,
	    "!schema.format currency" },
	{ "{\"type\":\"contact\",\"address\":\"Ermou 1\"}", true,
	    "!schema.kind address" },
	{ "{\"type\":\"deal\",\"items\":[{\"amount\":\"x\"}]}", true,
	    "!schema.format items.amount" },
	{ "{\"type\":\"contact\",\"id\":\"-x\"}", true, "!schema.id id" },
	{ "{\"type\":\"contact\",\"name\":[\"a\",\"b\"]}", true,
	    "!schema.kind name" },
};

static void
table(struct crm_reader *rd, struct crm_record *r)
{
	for (size_t i = 0; i < CRM_LEN(cases); i++) {
		struct crm_err err = { .id = "" };
		char got[256];
		rd->check = cases[i].check;
		enum crm_status st = crm_record_read(rd,
		    crm_str_z(cases[i].line), r, &err);
		snprintf(got, sizeof(got), "!%s %s", err.id, err.field);
		same(st ? crm_str_z(got) : r->rec.line, cases[i].want,
		    cases[i].line);
	}
	rd->check = true;
}

static void
values(struct crm_reader *rd, struct crm_record *r)
{
	struct crm_err err = { 0 };
	struct crm_str v;
	struct crm_buf b = { 0 };
	ok(!crm_record_read(rd, CRM_STR("{\"address\":{\"country\":\"GR\",\"city\""
	    ":null},\"x\":null,\"type\":\"contact\",\"id\":\"c-1\",\"tags\":[\"a\"],"
	    "\"_src\":{\"line\":4}}"), r, &err), "read: %s", err.msg);
	same(crm_rec_id(&r->rec), "c-1", "id");
	ok(crm_rec_get(&r->rec, CRM_STR("address.country"), &v), "a path");
	same(v, "\"GR\"", "its raw value");
	ok(!crm_rec_get(&r->rec, CRM_STR("tags.x"), &v), "no such path");
	same(crm_buf_view(&r->tool), "{\"_src\":{\"line\":4}}", "tool members");
	r->rec.rev = 12;
	ok(!crm_record_strip(rd, r, &err), "strip: %s", err.msg);
	same(r->rec.line, "{\"id\":\"c-1\",\"type\":\"contact\",\"address\":"
	    "{\"country\":\"GR\"},\"tags\":[\"a\"]}", "nulls are gone");
	r->rec.rev = 12;
	crm_rec_print(&r->rec, &b);
	ok(strstr(crm_buf_cstr(&b), "\"type\":\"contact\",\"rev\":12,") != NULL,
	    "rev stands behind type: %s", crm_buf_cstr(&b));
	struct crm_change_set c = { 0 };
	crm_change_put(&c, CRM_STR("tags"), (struct crm_str){ NULL, 0 });
	crm_change_put(&c, CRM_STR("name"), CRM_STR("\"Eleni\""));
	struct crm_record n = { 0 };
	ok(!crm_record_apply(rd, &r->rec, &c, &n, &err), "apply: %s", err.msg);
	same(n.rec.line, "{\"id\":\"c-1\",\"type\":\"contact\",\"name\":\"Eleni\","
	    "\"address\":{\"country\":\"GR\"}}", "changed, in order");
	crm_record_release(&n);
	crm_change_release(&c);
	crm_buf_release(&b);
}

static void
keys(struct crm_reader *rd, struct crm_record *r)
{
	struct crm_keyset k = { 0 };
	struct crm_err err = { 0 };
	struct crm_buf b = { 0 };
	static const char *const what[] = { "unique", "lookup", "term", "ref",
		"word" };
	ok(!crm_record_read(rd, CRM_STR("{\"id\":\"c-1\",\"type\":\"contact\","
	    "\"name\":\"Élan Vital\",\"emails\":[\"Foo@Example.COM\"],\"phones\":"
	    "[\"+30 210-123\"],\"account\":\"a-1\",\"address\":{\"country\":"
	    "\"gr\"},\"tags\":[\"VIP\"],\"ext\":{\"hubspot\":\"7\"}}"), r, &err),
	    "read: %s", err.msg);
	crm_record_keys(&r->rec, 31, CRM_STR("GR"), &k);
	for (size_t i = 0; i < k.n; i++) {
		crm_buf_printf(&b, "%s %.*s=", what[k.k[i].what],
		    CRM_FMT(k.k[i].field->name));
		crm_buf_str(&b, k.k[i].term);
		crm_buf_c(&b, '\n');
	}
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] == '\0')
			b.p[i] = '/';
	same(crm_buf_view(&b), "word name=elan\nword name=vital\n"
	    "lookup emails=foo@example.com\nlookup phones=+30210123\n"
	    "ref account=a-1\nterm address.country=GR\nterm tags=vip\n"
	    "unique ext=hubspot/7\n", "keys");
	crm_keyset_release(&k);
	crm_buf_release(&b);
}

static void
wide(struct crm_reader *rd, struct crm_record *r)
{
	struct crm_buf b = { 0 };
	struct crm_str v;
	struct crm_err err = { 0 };
	crm_buf_z(&b, "{\"id\":\"w\",\"type\":\"activity\",\"body\":\"");
	for (int i = 0; i < 70000; i++)
		crm_buf_c(&b, 'x');
	crm_buf_z(&b, "\",\"zz\":42}");
	ok(!crm_record_read(rd, crm_buf_view(&b), r, &err) && r->rec.wide &&
	    crm_rec_get(&r->rec, CRM_STR("zz"), &v) && crm_str_is(v, "42"),
	    "a long line has wide offsets");
	crm_buf_release(&b);
}

int
main(void)
{
	const struct crm_schema *s = crm_schema_default();
	struct crm_reader rd = { .schema = s, .shapes = &shapes, .check = true,
		.type = crm_schema_type(s, CRM_STR("lead")) };
	struct crm_record r = { 0 };
	table(&rd, &r);
	values(&rd, &r);
	keys(&rd, &r);
	wide(&rd, &r);
	crm_record_release(&r);
	crm_reader_release(&rd);
	crm_shapes_release(&shapes);
	return tap_end();
}
