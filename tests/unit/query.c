/* Queries over tests/tables/query.jsonl: ids of those that match, or the
 * error. */
#include "base/zone.h"
#include "fixture.h"
#include "tables.h"

static struct crm_query_ctx
context(struct fixture *f)
{
	struct crm_query_ctx c = { .schema = f->schema,
		.actor = CRM_STR("maria"), .region = CRM_STR("GR"),
		.known = fixture_known, .known_ctx = f, .env = &f->env };
	if (!crm_time_parse(CRM_STR("2026-11-21T12:00:00Z"), &c.clock.now))
		ok(false, "the clock");
	return c;
}

/* "where TEXT", "args WORD | WORD", "lines TEXT", "type T WORD | WORD" */
static enum crm_status
parse(struct fixture *f, struct crm_str in, struct crm_query **q,
    struct crm_err *err)
{
	struct crm_query_ctx c = context(f);
	struct crm_str how = table_word(&in), part, words[64];
	const struct crm_type *preset = NULL;
	size_t n = 0;
	c.lines = crm_str_is(how, "lines");
	if (crm_str_is(how, "where") || c.lines)
		return crm_query_parse_text(&c, in, NULL, q, err);
	if (crm_str_is(how, "type"))
		preset = crm_schema_type(f->schema, table_word(&in));
	while (in.n && n < CRM_LEN(words)) {
		const char *bar = memmem(in.p, in.n, " | ", 3);
		part = crm_str_sub(in, 0, bar ? (size_t)(bar - in.p) : in.n);
		in = crm_str_sub(in, part.n + 3, SIZE_MAX);
		words[n++] = part;
	}
	return crm_query_parse(&c, words, n, preset, q, err);
}

static void
run(struct crm_str in, struct crm_buf *out, void *arg)
{
	struct fixture *f = arg;
	struct crm_err err = { 0 };
	struct crm_query *q = NULL;
	enum crm_status s = parse(f, in, &q, &err);
	if (s) {
		crm_buf_printf(out, "%s%s%s%s", s == CRM_USAGE ? "" : "STATUS ",
		    err.field, err.field[0] ? ": " : "", err.msg);
		return;
	}
	for (size_t i = 0; i < f->n; i++) {
		if (!crm_query_match(q, &f->rec[i].rec, &f->env))
			continue;
		if (out->n)
			crm_buf_c(out, ' ');
		crm_buf_str(out, crm_rec_id(&f->rec[i].rec));
	}
	if (out->n == 0)
		crm_buf_z(out, "-");
	crm_query_free(q);
}

int
main(void)
{
	struct fixture f;
	fixture_init(&f);
	fixture_read(&f, "tests/tables/query.jsonl");
	table_run("tests/tables/query.test", run, &f);
	fixture_release(&f);
	return tap_end();
}
