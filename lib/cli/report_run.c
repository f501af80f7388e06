/* One computation of a report: the definition bound to a store or to lines,
 * its records through the kind. */
#include "base/zone.h"
#include "cli/report.h"
#include "format/json.h"

enum { MOST_TYPES = 8 };

struct pass {
	struct crm_report_job *j;
	struct crm_feed feed;
	struct crm_report def;
	struct crm_query *where;
	struct crm_path *date;
	struct crm_rates rates;
	struct crm_report_run run;
	const struct crm_report_kind *kind;
	const struct crm_type *types[MOST_TYPES];
	size_t ntypes;
	size_t next;		/* in the spool */
	uint64_t n;
};

static bool
fail_definition(struct pass *p, struct crm_err *err)
{
	if (p->j->path)
		snprintf(err->source, sizeof(err->source), "%s", p->j->path);
	if (crm_status_is_data(err->code))
		err->code = CRM_USAGE;
	crm_cli_fail(p->j->cli, err);
	return false;
}

/* The report that the options make up. */
static enum crm_status
from_options(struct pass *p, struct crm_err *err)
{
	struct crm_report_job *j = p->j;
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < j->keys.n && !st; i++)
		st = crm_report_by(&p->def, &p->feed.ctx,
		    crm_str_z(j->keys.v[i].value), err);
	for (size_t i = 0; i < j->measures.n && !st; i++)
		st = crm_report_measure(&p->def, &p->feed.ctx,
		    crm_str_z(j->measures.v[i].name),
		    crm_str_z(j->measures.v[i].value), err);
	return st;
}

/* All groups in one. */
static void
drop_keys(struct crm_report *def)
{
	for (size_t i = 0; i < def->nby; i++) {
		crm_path_free(def->by[i].path);
		crm_path_free(def->by[i].from);
		crm_path_free(def->by[i].to);
	}
	def->nby = 0;
}

static bool
bind_definition(struct pass *p)
{
	struct crm_report_job *j = p->j;
	struct crm_err err = { 0 };
	enum crm_status st = CRM_OK;
	if (j->name) {
		st = crm_report_load(crm_buf_view(&j->text), &p->feed.ctx,
		    p->feed.type, &p->def, &err);
	} else {
		p->def.type = p->feed.type;
		p->def.kind = CRM_STR("group");
		p->def.date = crm_str_z(crm_report_date(p->def.type));
	}
	if (!st && p->def.type && p->feed.type && p->def.type != p->feed.type)
		st = crm_err_set(&err, CRM_USAGE, "report.type",
		    _("the report reads %.*s, not %.*s"),
		    CRM_FMT(p->def.type->name), CRM_FMT(p->feed.type->name));
	if (!st)
		st = from_options(p, &err);
	if (j->total)
		drop_keys(&p->def);
	p->kind = st ? NULL : crm_report_kind(p->def.kind);
	if (!st && !p->kind)
		st = crm_err_set(&err, CRM_USAGE, "report.kind",
		    _("there is no kind '%.*s' of reports"),
		    CRM_FMT(p->def.kind));
	return st ? fail_definition(p, &err) : true;
}

static bool
bind_filter(struct pass *p)
{
	const struct crm_str text[2] = { p->def.where,
		crm_str_z(p->j->where) };
	for (int i = 0; i < 2; i++) {
		struct crm_err err = { 0 };
		struct crm_query *q = NULL;
		if (text[i].n == 0)
			continue;
		if (crm_query_parse_text(&p->feed.ctx, text[i], p->def.type, &q,
		    &err))
			return i ? (crm_cli_fail(p->j->cli, &err), false) :
			    fail_definition(p, &err);
		p->where = crm_query_and(p->where, q);
	}
	return true;
}

static bool
bind_period(struct pass *p, const char *period)
{
	struct crm_err err = { 0 };
	struct crm_report_run *r = &p->run;
	struct crm_str text = crm_str_z(period ? period : p->j->period);
	r->period = (struct crm_span){ INT64_MIN, INT64_MAX, false };
	if (text.n == 0)
		text = p->def.period;
	if (text.n && crm_range_parse(text, &p->feed.ctx.clock, &r->period,
	    &err)) {
		crm_cli_fail(p->j->cli, &err);
		return false;
	}
	r->has_period = text.n > 0;
	if (!r->has_period || p->kind->own_period)
		return true;
	if (crm_path_parse(&p->feed.ctx, p->def.type, p->def.date, &p->date,
	    &err))
		return fail_definition(p, &err);
	return true;
}

static void
add_type(struct pass *p, const struct crm_type *t)
{
	for (size_t i = 0; i < p->ntypes; i++)
		if (p->types[i] == t)
			return;
	if (t && p->ntypes < MOST_TYPES)
		p->types[p->ntypes++] = t;
}

static void
bind_types(struct pass *p)
{
	struct crm_str rest = crm_str_z(p->kind->types), name;
	add_type(p, p->def.type);
	while (p->kind->types && crm_str_split(&rest, ',', &name))
		add_type(p, crm_schema_type(p->feed.schema, name));
	/* records in the order of their types' numbers, as the store has them */
	for (size_t i = 1; i < p->ntypes; i++)
		for (size_t k = i; k > 0 && p->types[k]->no <
		    p->types[k - 1]->no; k--) {
			const struct crm_type *t = p->types[k];
			p->types[k] = p->types[k - 1];
			p->types[k - 1] = t;
		}
}

/* All lines into memory, once. */
static bool
spool(struct pass *p)
{
	struct crm_report_job *j = p->j;
	const struct crm_rec *r;
	while (crm_feed_next(&p->feed, &r)) {
		crm_grow(&j->line, &j->caplines, j->nlines + 1,
		    sizeof(*j->line));
		crm_grow(&j->number, &j->capnumbers, j->nlines + 1,
		    sizeof(*j->number));
		j->number[j->nlines] = p->feed.in.line;
		j->line[j->nlines++] = crm_arena_str(&j->mem, r->line);
	}
	return !j->cli->failed;
}

static bool
next_record(struct pass *p, const struct crm_rec **out)
{
	struct crm_report_job *j = p->j;
	if (!j->spooled)
		return crm_feed_next(&p->feed, out);
	while (p->next < j->nlines)
		if (crm_record_read(&p->feed.reader, j->line[p->next++],
		    &p->feed.record, NULL) == CRM_OK) {
			*out = &p->feed.record.rec;
			return true;
		}
	return false;
}

static bool
reject(struct pass *p, struct crm_err *err)
{
	struct crm_report_job *j = p->j;
	if (!j->spooled)
		return crm_feed_reject(&p->feed, err);
	if (j->nfiles == 1)
		snprintf(err->source, sizeof(err->source), "%s", j->files[0]);
	err->line = j->number[p->next - 1];
	return crm_cli_reject(j->cli, err, j->line[p->next - 1]);
}

/* --rates: the file's alone count. */
static bool
read_rates(struct pass *p)
{
	struct crm_cli *cli = p->j->cli;
	struct crm_buf text = { 0 };
	struct crm_err err = { 0 };
	if (crm_buf_read_file(&text, p->j->rates) != 0) {
		crm_err_sys(&err, "input.open", "%s", p->j->rates);
		err.code = CRM_SYSTEM;
		crm_cli_fail(cli, &err);
	} else if (crm_rates_read(&p->rates, crm_buf_view(&text), &err)) {
		snprintf(err.source, sizeof(err.source), "%s", p->j->rates);
		err.code = CRM_USAGE;
		crm_cli_fail(cli, &err);
	}
	crm_buf_release(&text);
	return err.code == CRM_OK;
}

static bool
load_rates(struct pass *p)
{
	const struct crm_type *rate = crm_schema_type(p->feed.schema,
	    CRM_STR("rate"));
	const struct crm_rec *r;
	if (!p->j->in)
		return true;
	crm_rates_fixed(&p->rates);
	if (p->j->rates)
		return read_rates(p);
	/* -t names the type that is counted, not that of the rates. */
	const struct crm_type *counted = p->feed.type;
	p->feed.type = NULL;
	bool started = !p->feed.store || crm_feed_start(&p->feed, &rate, 1);
	p->feed.type = counted;
	if (!started)
		return false;
	p->next = 0;
	while (next_record(p, &r)) {
		struct crm_err err = { 0 };
		if (r->type == rate && crm_rates_add(&p->rates, r, &err) &&
		    !reject(p, &err))
			return false;
	}
	p->next = 0;
	return !p->j->cli->failed;
}

static bool
is_wanted(struct pass *p, const struct crm_rec *r)
{
	struct crm_str v;
	int32_t day;
	size_t i = 0;
	while (i < p->ntypes && p->types[i] != r->type)
		i++;
	if (p->ntypes && i == p->ntypes)
		return false;
	bool main_type = !p->def.type || r->type == p->def.type;
	if (p->where && main_type &&
	    !crm_query_match(p->where, r, p->feed.env))
		return false;
	return !p->date || !main_type ||
	    (crm_path_get(p->date, r, p->feed.env, &v) &&
	    crm_value_day(v, &p->feed.ctx.clock, &day) &&
	    crm_run_in_period(&p->run, day));
}

/* The journal's commits up to the revision, which come newest first. */
struct commits {
	struct crm_arena mem;
	struct crm_report_commit *c;
	size_t n, cap;
	uint64_t upto;
};

static bool
keep_commit(void *ctx, const struct crm_commit *c)
{
	struct commits *k = ctx;
	if (c->rev > k->upto)
		return true;
	crm_grow(&k->c, &k->cap, k->n + 1, sizeof(*k->c));
	k->c[k->n++] = (struct crm_report_commit){ c->at, c->txn, c->changes,
		crm_arena_str(&k->mem, c->actor),
		crm_arena_str(&k->mem, c->program) };
	return true;
}

static bool
feed_commits(struct pass *p)
{
	struct commits k = { .upto = p->feed.rev };
	struct crm_err err = { 0 };
	bool good = true;
	if (!p->feed.store) {
		crm_cli_usage(p->j->cli, _("the report reads the store's "
		    "journal, not lines"));
		return false;
	}
	if (crm_store_commits(p->feed.store, 0, keep_commit, &k, &err)) {
		crm_cli_fail(p->j->cli, &err);
		good = false;
	}
	while (good && k.n) {
		p->kind->commit(&p->run, &k.c[--k.n]);
		p->n++;
	}
	crm_arena_release(&k.mem);
	free(k.c);
	return good;
}

static bool
feed_all(struct pass *p)
{
	const struct crm_rec *r;
	if (!p->kind->add)
		return feed_commits(p);
	if (!crm_feed_start(&p->feed, p->types, p->ntypes))
		return false;
	while (next_record(p, &r)) {
		struct crm_err err = { 0 };
		if (!is_wanted(p, r))
			continue;
		p->n++;
		if (p->kind->add(&p->run, r, &err) && !reject(p, &err))
			return false;
	}
	return !p->j->cli->failed;
}

static bool
bind_run(struct pass *p)
{
	struct crm_report_job *j = p->j;
	struct crm_err err = { 0 };
	p->run.def = &p->def;
	p->run.ctx = &p->feed.ctx;
	p->run.env = p->feed.env;
	p->run.in = crm_str_z(j->in);
	p->run.rates = &p->rates;
	p->run.owners = crm_str_z(j->free);
	if (j->in && crm_currency_digits(p->run.in) < 0) {
		crm_cli_usage(j->cli, _("--in: not a currency: '%s'"), j->in);
		return false;
	}
	if (j->rates_at && crm_path_parse(&p->feed.ctx, p->def.type,
	    crm_str_z(j->rates_at), &p->run.rates_at, &err)) {
		crm_cli_fail(j->cli, &err);
		return false;
	}
	if (crm_report_begin(p->kind, &p->run, &err))
		return fail_definition(p, &err);
	return true;
}

static void
tell(struct pass *p, struct crm_report_facts *f)
{
	struct crm_arena *m = &p->j->mem;
	*f = (struct crm_report_facts){ .period = p->run.period,
		.has_period = p->run.has_period, .n = p->n,
		.rate_day = p->rates.sorted ? p->rates.used : INT32_MAX,
		.rev = p->feed.store ? p->feed.rev : 0,
		.title = crm_arena_str(m, p->def.title),
		.formula = crm_arena_str(m, p->def.formula),
		.kind = crm_arena_str(m, p->def.kind),
		.chart = crm_arena_str(m, p->def.chart) };
	struct crm_buf b = { 0 };
	crm_buf_str(&b, p->def.where);
	if (p->j->where)
		crm_buf_printf(&b, "%s%s", b.n ? " " : "", p->j->where);
	f->where = crm_arena_str(m, crm_buf_view(&b));
	crm_buf_release(&b);
}

bool
crm_report_compute(struct crm_report_job *j, int64_t at, const char *period,
    struct crm_rows *rows, struct crm_report_facts *facts)
{
	struct crm_cli *cli = j->cli;
	struct pass p = { .j = j };
	int64_t as_of = cli->as_of, now = cli->clock.now;
	const char *as_of_opt = cli->as_of_opt;
	if (at != INT64_MAX) {
		cli->as_of = at;
		cli->clock.now = at;
		cli->as_of_opt = NULL;	/* or opening would go back to it */
	}
	bool good = crm_feed_open(&p.feed, cli, !j->lines, false, j->files,
	    j->nfiles);
	if (at != INT64_MAX)
		cli->clock.now = p.feed.ctx.clock.now = at;
	good = good && bind_definition(&p) && bind_filter(&p) &&
	    bind_period(&p, period);
	if (good)
		bind_types(&p);
	good = good && (!j->spooled || j->nlines || spool(&p)) &&
	    load_rates(&p) && bind_run(&p) && feed_all(&p);
	if (good) {
		p.kind->rows(&p.run, rows);
		tell(&p, facts);
	}
	if (p.kind && p.kind->end && p.run.state)
		p.kind->end(&p.run);
	crm_path_free(p.run.rates_at);
	crm_arena_release(&p.run.mem);
	crm_path_free(p.date);
	crm_query_free(p.where);
	crm_report_release(&p.def);
	crm_rates_release(&p.rates);
	crm_feed_release(&p.feed);
	cli->as_of = as_of;
	cli->as_of_opt = as_of_opt;
	cli->clock.now = now;
	return good;
}
