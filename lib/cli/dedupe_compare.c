/* --compare: pairs of records on one line, with what is thought of them. */
#include "cli/dedupe.h"
#include "format/json.h"

enum { BATCH = 2000 };

struct compare {
	struct crm_dedupe *d;
	struct crm_input in;
	struct crm_arena mem;
	struct crm_str line[BATCH];
	size_t n;
	uint64_t read;
};

/* Where a record of the matcher is, by the order of adding. */
static uint32_t *
places(const struct crm_match *m)
{
	size_t n = crm_match_count(m);
	uint32_t *at = crm_reallocarray(NULL, n + 1, sizeof(*at));
	for (uint32_t r = 0; r < n; r++)
		at[crm_match_input(m, r)] = r;
	return at;
}

static bool
put(struct compare *c, const struct crm_match *m, struct crm_str line,
    uint32_t a, uint32_t b)
{
	struct crm_dedupe *d = c->d;
	struct crm_buf why = { 0 };
	double p, review = crm_dedupe_review(d->o);
	double match = crm_dedupe_match(d->o);
	crm_dedupe_why(m, a, b, CRM_STR(""), true, &why, &p);
	d->found |= p >= review;
	bool more = true;
	if (crm_out_format(d->out) == CRM_OUT_TABLE || d->o->explain) {
		crm_buf_clear(&d->buf);
		more = d->cli->quiet || crm_dedupe_waterfall(d, m, a, b, p);
	} else if (!d->cli->quiet) {
		struct crm_buf *o = &d->buf;
		crm_buf_clear(o);
		crm_json_canon(o, line);
		o->n--;
		crm_json_add_double(o, "_score", p > 0.9999 ? 0.9999 : p, 4);
		crm_json_add_str(o, "_decision", crm_str_z(p >= match ?
		    "match" : p >= review ? "review" : "different"));
		crm_json_key(o, "_why");
		crm_buf_c(o, '[');
		crm_buf_str(o, crm_buf_view(&why));
		crm_buf_z(o, "]}");
		more = crm_out_record(d->out, crm_buf_view(o));
	}
	crm_buf_release(&why);
	return more;
}

static bool
fields_for(struct compare *c, struct crm_dedupe_plan *p)
{
	struct crm_str side[2 * 200], val;
	size_t n = 0;
	const struct crm_schema *schema = crm_session_schema(c->d->cli);
	const struct crm_type *t = c->d->cli->type ? crm_schema_type(schema,
	    crm_str_z(c->d->cli->type)) : NULL;
	for (size_t i = 0; i < c->n && n + 2 < CRM_LEN(side); i++)
		for (int k = 0; k < 2; k++)
			if (crm_json_get(c->line[i], crm_str_z(k ? "b" : "a"),
			    &val))
				side[n++] = val;
	if (t == NULL && n && crm_json_get(side[0], CRM_STR("type"), &val) &&
	    crm_json_is_string(val))
		t = crm_schema_type(schema, crm_json_inner(val));
	if (t == NULL || !crm_dedupe_of_type(t, p))
		crm_dedupe_guess(side, n, p);
	return p->n > 0;
}

static bool
flush(struct compare *c)
{
	struct crm_dedupe *d = c->d;
	struct crm_dedupe_plan own = { 0 };
	struct crm_match *m = NULL;
	struct crm_err err = { 0 };
	bool more = false;
	const struct crm_dedupe_plan *p = d->o->rules ? &d->rules : &own;
	if (c->n == 0)
		return true;
	if (d->o->rules == NULL && !fields_for(c, &own)) {
		crm_cli_usage(d->cli, _("nothing to compare: name the type "
		    "with -t, or the fields with --rules"));
		goto done;
	}
	if (crm_dedupe_matcher(d, p, &m, &err))
		goto failed;
	for (size_t i = 0; i < c->n; i++)
		for (int k = 0; k < 2; k++) {
			struct crm_str side = { 0 };
			crm_json_get(c->line[i], crm_str_z(k ? "b" : "a"),
			    &side);
			crm_dedupe_add(d, m, p, side, CRM_STR("-"),
			    CRM_STR(""));
		}
	if (crm_match_ready(m, &err))
		goto failed;
	uint32_t *at = places(m);
	more = true;
	for (size_t i = 0; i < c->n && more && crm_out_more(d->out); i++)
		more = put(c, m, c->line[i], at[2 * i], at[2 * i + 1]);
	free(at);
	goto done;
failed:
	crm_cli_fail(d->cli, &err);
done:
	crm_match_free(m);
	crm_dedupe_plan_release(&own);
	crm_arena_clear(&c->mem);
	c->n = 0;
	return more;
}

static enum crm_status
check(struct crm_str line, struct crm_err *err)
{
	struct crm_str val;
	for (int k = 0; k < 2; k++)
		if (!crm_json_get(line, crm_str_z(k ? "b" : "a"), &val) ||
		    crm_json_kind(val) != '{')
			return crm_err_field(err, CRM_INVALID, "match.compare",
			    crm_str_z(k ? "b" : "a"), _("not a record"));
	return CRM_OK;
}

bool
crm_dedupe_compare(struct crm_dedupe *d)
{
	struct compare *c = crm_calloc(1, sizeof(*c));
	struct crm_json_obj o = { 0 };
	struct crm_json_limits lim = { .line = d->cli->max_line,
		.members = (size_t)d->cli->max_members,
		.depth = (unsigned)d->cli->max_depth };
	struct crm_err err = { 0 };
	struct crm_str line;
	bool more = true;
	c->d = d;
	crm_input_init(&c->in, d->cli, d->cli->args, d->cli->nargs);
	while (more && crm_input_next(&c->in, &line)) {
		line = crm_str_trim(line);
		enum crm_status st = crm_json_scan(line, &lim, &o, &err);
		if (st == CRM_OK)
			st = check(line, &err);
		if (st) {
			more = crm_input_reject(&c->in, &err);
			continue;
		}
		c->line[c->n++] = crm_arena_str(&c->mem, line);
		if (c->n == BATCH || crm_input_waits(&c->in, 0))
			more = flush(c);
	}
	if (more)
		more = flush(c);
	crm_input_release(&c->in);
	crm_json_obj_release(&o);
	crm_arena_release(&c->mem);
	free(c);
	return more;
}
