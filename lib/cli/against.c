#include "cli/against.h"

#include "cli/session.h"
#include "cli/twins.h"
#include "format/json.h"

enum { BATCH = 500 };

struct against {
	struct crm_dedupe *d;
	struct crm_session ses;
	struct crm_input in;
	struct crm_twins *twins;
	const struct crm_type *type;	/* of -t */
	double review;
	size_t n;
	uint64_t no;
	bool more;
};

static double
review_of(const struct crm_dedupe_opts *o)
{
	double review = crm_dedupe_review(o);
	return o->threshold >= 0 && o->threshold < review ? o->threshold :
	    review;
}

bool
crm_against_can(struct crm_dedupe *d, bool *yes)
{
	const struct crm_dedupe_opts *o = d->o;
	struct crm_session ses = { 0 };
	struct crm_err err = { 0 };
	struct crm_batch *b = crm_batch_new();
	const char *option = o->rules ? "--rules" : o->link ? "--link" :
	    o->labels ? "--labels" : o->model_out ? "--model-out" :
	    o->mode == CRM_DEDUPE_CLUSTERS ? "--clusters" : NULL;
	bool ok = crm_session_open(&ses, d->cli, false, true);
	const struct crm_type *t = ok ? crm_schema_type(ses.schema,
	    CRM_STR("contact")) : NULL;
	struct crm_alike none = { .type = t };
	*yes = t && !option && crm_store_alike(ses.store, &none, b, &err) ==
	    CRM_OK;
	if (ok && !*yes && d->cli->verbose)
		crm_cli_note(d->cli, option ? _("%s: the whole store is read")
		    : _("%sno match index ('crm config index.match on' makes "
		    "one): the whole store is read"), option ? option : "");
	crm_batch_free(b);
	crm_session_close(&ses);
	return ok;
}

static bool
put_twin(void *ctx, const struct crm_twin *w)
{
	struct against *x = ctx;
	x->d->found = true;
	x->more = !x->d->cli->quiet && crm_out_more(x->d->out) &&
	    crm_dedupe_pair(x->d, w->m, w->a, w->b, w->p);
	return x->more;
}

static bool
flush(struct against *x)
{
	struct crm_err err = { 0 };
	x->more = true;
	enum crm_status st = CRM_OK;
	if (x->n)
		st = crm_twins_judge(x->twins, NULL, put_twin, x, &err);
	if (!st)
		st = crm_twins_ready(x->twins, x->type, &err);
	if (st)
		crm_cli_fail(x->d->cli, &err);
	x->more = x->more && !st;
	x->n = 0;
	return x->more;
}

static enum crm_status
type_of(struct against *x, struct crm_str line, const struct crm_type **out,
    struct crm_err *err)
{
	struct crm_str v;
	*out = x->type;
	if (!crm_json_get(line, CRM_STR("type"), &v) ||
	    !crm_json_is_string(v))
		return *out ? CRM_OK : crm_err_field(err, CRM_INVALID,
		    "against.type", CRM_STR("type"),
		    _("missing: name it in the line, or with -t"));
	const struct crm_type *t = crm_schema_type(x->ses.schema,
	    crm_json_inner(v));
	if (!t)
		return crm_err_field(err, CRM_INVALID, "against.type",
		    CRM_STR("type"), _("unknown type %.*s"), CRM_FMT(v));
	*out = *out && *out != t ? NULL : t;	/* -t: only that one */
	return CRM_OK;
}

static bool
take(struct against *x, struct crm_str line, struct crm_json_obj *o,
    const struct crm_json_limits *lim)
{
	struct crm_err err = { 0 };
	const struct crm_type *t = NULL;
	char name[40];
	enum crm_status st = crm_json_scan(line, lim, o, &err);
	if (!st)
		st = type_of(x, line, &t, &err);
	x->no++;
	if (st)
		return crm_input_reject(&x->in, &err);
	int n = snprintf(name, sizeof(name), "line:%" PRIu64, x->no);
	crm_twins_add(x->twins, t, line, (struct crm_str){ name, (size_t)n });
	crm_cli_progress(x->d->cli, x->no, 0);
	x->n++;
	return true;
}

static bool
read_lines(struct against *x)
{
	struct crm_cli *cli = x->d->cli;
	struct crm_json_obj o = { 0 };
	struct crm_json_limits lim = { .line = cli->max_line,
		.members = (size_t)cli->max_members,
		.depth = (unsigned)cli->max_depth };
	struct crm_str line;
	bool ok = true;
	crm_input_init(&x->in, cli, cli->args, cli->nargs);
	while (ok && crm_input_next(&x->in, &line)) {
		ok = take(x, crm_str_trim(line), &o, &lim);
		if (ok && (x->n == BATCH || crm_input_waits(&x->in, 0)))
			ok = flush(x);
	}
	if (ok)
		ok = flush(x);
	ok &= !x->in.failed;
	crm_input_release(&x->in);
	crm_json_obj_release(&o);
	return ok;
}

bool
crm_against_run(struct crm_dedupe *d)
{
	struct against x = { .d = d, .review = review_of(d->o) };
	struct crm_err err = { 0 };
	bool ok = crm_session_open(&x.ses, d->cli, false, true) &&
	    crm_session_type(d->cli, x.ses.schema, &x.type);
	struct crm_twins_opts o = { .cli = d->cli, .store = x.ses.store,
		.model = crm_buf_view(&d->model), .low = x.review };
	if (ok && crm_twins_new(&o, &x.twins, &err)) {
		crm_cli_fail(d->cli, &err);
		ok = false;
	}
	ok = ok && read_lines(&x);
	crm_twins_free(x.twins);
	crm_session_close(&x.ses);
	return ok || d->found;
}
