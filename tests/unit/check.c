#include "base/mem.h"
#include "model/check.h"
#include "tables.h"

struct bench {
	struct crm_shapes shapes;
	struct crm_reader reader;
	struct crm_buf *out;
	bool info;
};

static void
found(void *ctx, const struct crm_finding *f)
{
	struct bench *b = ctx;
	if (f->severity == CRM_SEV_INFO && !b->info)
		return;
	crm_buf_printf(b->out, "%s%.*s %.*s", b->out->n ? ", " : "",
	    CRM_FMT(f->rule), CRM_FMT(f->field));
}

static void
run(struct crm_str in, struct crm_buf *out, void *arg)
{
	struct bench *b = arg;
	struct crm_str fn = table_word(&in), rules = table_word(&in);
	struct crm_clock clock = { 0 };
	struct crm_check c;
	struct crm_record rec = { 0 };
	struct crm_err err = { 0 };
	struct crm_buf quiet = { 0 };
	bool fix = crm_str_is(fn, "fix");
	(void)crm_time_parse(CRM_STR("2026-11-21T12:00:00Z"), &clock.now);
	crm_check_init(&c, crm_schema_default(), &clock,
	    fix ? CRM_STR("GR") : CRM_STR(""));
	c.found = found;
	c.ctx = b;
	b->out = fix ? &quiet : out;
	b->info = !crm_str_is(rules, "*");
	if (b->info && crm_check_only(&c, rules, &err))
		ok(false, "%s", err.msg);
	for (uint64_t line = 1; in.n; line++) {
		char *bar = memmem(in.p, in.n, "||", 2);
		size_t n = bar ? (size_t)(bar - in.p) : in.n;
		struct crm_str text = crm_str_sub(in, 0, n);
		struct crm_check_at at = { CRM_STR("-"), line };
		in = crm_str_sub(in, n + 2, in.n);
		if (crm_record_read(&b->reader, text, &rec, &err)) {
			crm_buf_z(out, err.msg);
			continue;
		}
		crm_check_record(&c, &rec.rec, &at);
		if (fix && !crm_check_fixed(&c, text, out))
			crm_buf_c(out, '-');
	}
	crm_check_end(&c);
	crm_check_release(&c);
	crm_record_release(&rec);
	crm_buf_release(&quiet);
}

static void
ignore(void *ctx, const struct crm_finding *f)
{
	snprintf(ctx, 64, "%.*s %s", CRM_FMT(f->rule),
	    crm_severity_name(f->severity));
}

/* Settings from a rule file: severities, limits, overlays, own rules. */
static void
settings(struct bench *b)
{
	static const char json[] = "{\"rules\":{\"stale\":{\"severity\":"
	    "\"error\",\"days\":30},\"name.missing\":\"off\"},\"require\":"
	    "{\"account\":[\"domain\"]},\"checks\":[{\"name\":\"own.big\","
	    "\"when\":\"deal amount:1000..\",\"expect\":\"owner:any\","
	    "\"severity\":\"warning\"}],\"overlays\":{\"GR\":{\"require\":"
	    "{\"account\":[\"tax_id\"]}}}}";
	static const char *const cases[][2] = {
		{ "{\"type\":\"account\",\"name\":\"x\",\"updated\":"
		  "\"2026-09-01T00:00:00Z\",\"domain\":\"a.gr\"}",
		  "stale error" },
		{ "{\"type\":\"account\",\"domain\":\"b.gr\"}", "" },
		{ "{\"type\":\"account\",\"name\":\"x\"}",
		  "required.missing error" },
		{ "{\"type\":\"account\",\"name\":\"x\",\"domain\":\"c.gr\","
		  "\"address\":{\"country\":\"GR\"}}",
		  "required.missing error" },
		{ "{\"type\":\"deal\",\"name\":\"x\",\"amount\":\"2000\","
		  "\"currency\":\"EUR\"}", "own.big warning" },
		{ "{\"type\":\"deal\",\"name\":\"x\",\"amount\":\"2000\","
		  "\"currency\":\"EUR\",\"owner\":\"m\"}", "" },
	};
	struct crm_clock clock = { 0 };
	struct crm_check c;
	struct crm_record rec = { 0 };
	struct crm_err err = { 0 };
	char got[64] = "";
	struct crm_check_at at = { CRM_STR("-"), 1 };
	(void)crm_time_parse(CRM_STR("2026-11-21T12:00:00Z"), &clock.now);
	crm_check_init(&c, crm_schema_default(), &clock, CRM_STR(""));
	c.found = ignore;
	c.ctx = got;
	ok(!crm_check_rules(&c, crm_str_z(json), &err), "rules: %s", err.msg);
	for (size_t i = 0; i < CRM_LEN(cases); i++) {
		got[0] = 0;
		if (!crm_record_read(&b->reader, crm_str_z(cases[i][0]), &rec,
		    &err))
			crm_check_record(&c, &rec.rec, &at);
		same(crm_str_z(got), cases[i][1], cases[i][0]);
	}
	ok(crm_check_rules(&c, CRM_STR("{\"rules\":{\"stael\":\"off\"}}"),
	    &err) == CRM_INVALID && strstr(err.msg, "'stale'"),
	    "a misspelt rule is refused: %s", err.msg);
	ok(crm_check_only(&c, CRM_STR("email.sintax"), &err) == CRM_USAGE,
	    "and so is one of --only: %s", err.msg);
	crm_check_release(&c);
	crm_record_release(&rec);
}

int
main(void)
{
	struct bench b = { 0 };
	b.reader = (struct crm_reader){ .schema = crm_schema_default(),
		.shapes = &b.shapes, .any = true };
	table_run("tests/tables/check.test", run, &b);
	settings(&b);
	crm_reader_release(&b.reader);
	crm_shapes_release(&b.shapes);
	return tap_end();
}
