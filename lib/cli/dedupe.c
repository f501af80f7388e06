/* The run of crm-dedupe: data files, model, records, results. */
#include "cli/against.h"
#include "cli/dedupe.h"

#include <unistd.h>

#include "format/json.h"

static enum crm_status
read_data(struct crm_dedupe *d, const char *name, struct crm_buf *out,
    struct crm_err *err)
{
	struct crm_buf path = { 0 };
	enum crm_status st = CRM_OK;
	crm_buf_printf(&path, "%s/data/%s", crm_cli_datadir(d->cli), name);
	if (crm_buf_read_file(out, crm_buf_cstr(&path)))
		st = crm_err_sys(err, "match.data", "%s", crm_buf_cstr(&path));
	crm_buf_release(&path);
	return st;
}

enum crm_status
crm_dedupe_data(struct crm_dedupe *d, struct crm_err *err)
{
	enum crm_status st = read_data(d, "nicknames.tsv", &d->nicknames, err);
	return st ? st : read_data(d, "pinyin.tsv", &d->pinyin, err);
}

static bool
read_file(struct crm_dedupe *d, const char *name, struct crm_buf *out)
{
	struct crm_err err = { 0 };
	if (name == NULL || crm_buf_read_file(out, name) == 0)
		return true;
	crm_err_sys(&err, "match.file", "%s", name);
	crm_cli_fail(d->cli, &err);
	return false;
}

/* The id that a label names; reported where it names none. */
static bool
label_id(struct crm_str val, const char *field, struct crm_buf *text,
    struct crm_str *id, struct crm_err *err)
{
	if (crm_json_is_string(val))
		*id = crm_json_text_view(val, text);
	if (id->n)
		return true;
	crm_err_field(err, CRM_USAGE, "match.label", crm_str_z(field),
	    _("not the id of a record"));
	return false;
}

/* What a label decides. */
static bool
label_says(struct crm_str line, bool *same, struct crm_err *err)
{
	static const char *const yes[] = { "true", "\"yes\"", "\"true\"", "1",
		"\"y\"" };
	static const char *const no[] = { "false", "\"no\"", "\"false\"", "0",
		"\"n\"" };
	struct crm_str v;
	bool told = crm_json_get(line, CRM_STR("match"), &v);
	for (size_t i = 0; told && i < CRM_LEN(yes); i++) {
		*same = crm_str_is(v, yes[i]);
		if (*same || crm_str_is(v, no[i]))
			return true;
	}
	crm_err_field(err, CRM_USAGE, "match.label", CRM_STR("match"), told ?
	    _("neither true nor false") : _("missing: true or false"));
	return false;
}

/* One label: {"a":ID,"b":ID,"match":true}, or a remembered refusal
 * {"distinct":[ID,ID]}. */
static bool
say(struct crm_dedupe *d, struct crm_str line, struct crm_err *err)
{
	struct crm_str v, key, val[3] = { { 0 } }, id[2] = { { 0 }, { 0 } };
	struct crm_buf text[2] = { { 0 }, { 0 } };
	bool same = false;
	bool refusal = crm_json_get(line, CRM_STR("distinct"), &v);
	if (refusal) {
		struct crm_json_iter it = crm_json_iter(v);
		for (size_t n = 0; n < 3 && crm_json_kind(v) == '[' &&
		    crm_json_next(&it, &key, &val[n]); n++)
			;
	} else {
		crm_json_get(line, CRM_STR("a"), &val[0]);
		crm_json_get(line, CRM_STR("b"), &val[1]);
	}
	bool ok = label_id(val[0], refusal ? "distinct" : "a", &text[0], &id[0],
	    err) && label_id(val[1], refusal ? "distinct" : "b", &text[1],
	    &id[1], err);
	if (ok && val[2].n) {
		crm_err_field(err, CRM_USAGE, "match.label",
		    CRM_STR("distinct"), _("more than two ids"));
		ok = false;
	}
	ok = ok && (refusal || label_says(line, &same, err));
	for (size_t i = 0; i < d->nsets && ok; i++)
		if (d->set[i].m && refusal)
			crm_match_say(d->set[i].m, id[0], id[1], false);
		else if (d->set[i].m)
			crm_match_teach(d->set[i].m, id[0], id[1], same);
	crm_buf_release(&text[0]);
	crm_buf_release(&text[1]);
	return ok;
}

static bool
say_all(struct crm_dedupe *d)
{
	struct crm_str rest = crm_buf_view(&d->labels), line;
	struct crm_json_obj o = { 0 };
	struct crm_err err = { 0 };
	bool ok = true;
	while (ok && rest.n && crm_str_split(&rest, '\n', &line)) {
		err.line++;
		line = crm_str_trim(line);
		if (line.n == 0)
			continue;
		uint64_t no = err.line;
		ok = crm_json_scan(line, NULL, &o, &err) == CRM_OK &&
		    say(d, line, &err);
		err.line = no;
	}
	crm_json_obj_release(&o);
	if (!ok) {
		snprintf(err.source, sizeof(err.source), "%s", d->o->labels);
		err.code = CRM_USAGE;
		crm_cli_fail(d->cli, &err);
	}
	return ok;
}

static bool
save_model(struct crm_dedupe *d)
{
	struct crm_err err = { 0 };
	crm_buf_clear(&d->buf);
	for (size_t i = 0; i < d->nsets; i++)
		if (d->set[i].m)
			crm_match_model_save(d->set[i].m, d->set[i].type,
			    &d->buf);
	if (d->buf.n == 0)
		return true;
	FILE *f = fopen(d->o->model_out, "w");
	bool ok = f && fwrite(d->buf.p, 1, d->buf.n, f) == d->buf.n;
	if (f && fclose(f))
		ok = false;
	if (ok)
		return true;
	crm_err_sys(&err, "match.model_out", "%s", d->o->model_out);
	crm_cli_fail(d->cli, &err);
	return false;
}

static void
tell(struct crm_dedupe *d, struct crm_dedupe_set *s)
{
	double match = crm_dedupe_match(d->o);
	double p, r, p5, r5;
	if (!d->cli->verbose)
		return;
	if (d->o->labels)
		crm_cli_note(d->cli, _("%zu labels of records that were read"),
		    crm_match_lessons(s->m));
	crm_match_expect(s->m, match, &p, &r);
	crm_match_expect(s->m, 0.5, &p5, &r5);
	crm_cli_note(d->cli, _("%zu records: expected precision %.3f and recall "
	    "%.3f from %.2f, %.3f and %.3f from 0.50"), s->n, p, r, match, p5,
	    r5);
}

static bool
run_set(struct crm_dedupe *d, struct crm_dedupe_set *s)
{
	struct crm_err err = { 0 };
	if (s->m == NULL) {
		crm_cli_note(d->cli, _("%.*s: no fields to compare"),
		    CRM_FMT(s->type));
		return true;
	}
	if (crm_match_run(s->m, &err)) {
		crm_cli_fail(d->cli, &err);
		return false;
	}
	tell(d, s);
	if (d->o->mode == CRM_DEDUPE_CLUSTERS)
		crm_dedupe_clusters(d, s);
	else if (d->o->mode == CRM_DEDUPE_PAIRS || d->o->against)
		crm_dedupe_pairs(d, s);
	else
		crm_dedupe_plan(d, s);
	return true;
}

static bool
run_sets(struct crm_dedupe *d)
{
	bool indexed = false;
	if (d->o->against && !crm_against_can(d, &indexed))
		return false;
	if (indexed)
		return crm_against_run(d);
	if (!crm_dedupe_read(d) || !say_all(d))
		return false;
	bool ok = true;
	for (size_t i = 0; i < d->nsets && ok; i++)
		ok = run_set(d, &d->set[i]);
	return ok && (d->o->model_out == NULL || save_model(d));
}

/* --refusals: what was remembered, one line each. */
static bool
print_refusals(struct crm_dedupe *d)
{
	struct crm_session ses = { 0 };
	struct crm_str rest, line;
	bool ok = crm_session_open(&ses, d->cli, false, true) &&
	    crm_dedupe_remembered(d, ses.store);
	rest = crm_buf_view(&d->labels);
	while (ok && rest.n && crm_str_split(&rest, '\n', &line)) {
		d->found |= line.n > 0;
		if (line.n && !d->cli->quiet && !crm_out_record(d->out, line))
			break;
	}
	crm_session_close(&ses);
	return ok;
}

void
crm_dedupe_free(struct crm_dedupe *d)
{
	for (size_t i = 0; i < d->nsets; i++) {
		crm_match_free(d->set[i].m);
		crm_dedupe_plan_release(&d->set[i].plan);
		free(d->set[i].line);
	}
	free(d->set);
	crm_dedupe_plan_release(&d->rules);
	crm_buf_release(&d->nicknames);
	crm_buf_release(&d->pinyin);
	crm_buf_release(&d->model);
	crm_buf_release(&d->labels);
	crm_buf_release(&d->buf);
	crm_arena_release(&d->lines);
	free(d);
}

void
crm_dedupe_run(struct crm_cli *cli, const struct crm_dedupe_opts *o)
{
	struct crm_dedupe *d = crm_calloc(1, sizeof(*d));
	struct crm_err err = { 0 };
	d->cli = cli;
	d->o = o;
	if (cli->jobs == 0) {
		long cores = sysconf(_SC_NPROCESSORS_ONLN);
		cli->jobs = cores > 0 ? cores : 1;
	}
	if (o->threshold > 1 || o->review > 1)
		crm_cli_usage(cli, _("%s: a probability is at most 1"),
		    o->threshold > 1 ? "--threshold" : "--review");
	d->out = crm_out_init(cli, NULL);
	bool ok = d->out && o->threshold <= 1 && o->review <= 1 &&
	    crm_session_schema(cli) &&
	    read_file(d, o->model, &d->model) &&
	    read_file(d, o->labels, &d->labels);
	if (ok && (crm_dedupe_data(d, &err) || crm_dedupe_rules(d, &err))) {
		crm_cli_fail(cli, &err);
		ok = false;
	}
	if (ok && o->refusals)
		ok = print_refusals(d);
	else if (ok && o->grouped)
		ok = crm_dedupe_grouped(d);
	else if (ok && o->emit_keys)
		ok = crm_dedupe_read(d);
	else if (ok && o->mode == CRM_DEDUPE_COMPARE)
		ok = crm_dedupe_compare(d);
	else if (ok)
		ok = run_sets(d);
	if (ok && cli->quiet && !d->found)
		crm_cli_no(cli);
	crm_dedupe_free(d);
}
