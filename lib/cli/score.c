#include "cli/score.h"

#include <math.h>

#include "format/json.h"

bool
crm_score_file(struct crm_score_job *j, const char *path, struct crm_buf *out)
{
	struct crm_err err = { 0 };
	if (crm_buf_read_file(out, path) == 0)
		return true;
	crm_err_sys(&err, "input.open", "%s", path);
	err.code = CRM_SYSTEM;
	crm_cli_fail(j->cli, &err);
	return false;
}

void
crm_score_bad_file(struct crm_score_job *j, const char *path,
    struct crm_err *err)
{
	snprintf(err->source, sizeof(err->source), "%s", path);
	if (crm_status_is_data(err->code))
		err->code = CRM_USAGE;
	crm_cli_fail(j->cli, err);
}

const struct crm_rec *
crm_score_then(struct crm_score_job *j, const struct crm_rec *r)
{
	struct crm_err err = { 0 };
	uint64_t rev;
	if (!j->feed.store || !j->backtest || !j->cli->as_of_opt)
		return r;
	if (!j->then) {
		const struct crm_at at = { CRM_AT_TIME, j->cli->as_of };
		if (crm_store_at(j->feed.store, at, &rev, &err)) {
			crm_cli_fail(j->cli, &err);
			return r;
		}
		j->then = crm_store_env_new(j->feed.store, rev);
	}
	return j->then->get(j->then->ctx, crm_rec_id(r), &j->was) ?
	    &j->was : r;
}

/* Tool members that this run writes anew. */
static bool
is_ours(struct crm_str key)
{
	static const char *const ours[] = { "_score", "_grade", "_why",
		"_probability", "_partial" };
	for (size_t i = 0; i < CRM_LEN(ours); i++)
		if (crm_str_is(key, ours[i]))
			return true;
	return false;
}

void
crm_score_print(struct crm_score_job *j, const struct crm_rec *r,
    struct crm_buf *b)
{
	struct crm_str key, val, tool = crm_feed_tool(&j->feed);
	crm_rec_print(r, b);
	b->n--;	/* the closing brace */
	struct crm_json_iter it = crm_json_iter(tool);
	while (tool.n > 2 && crm_json_next(&it, &key, &val)) {
		if (is_ours(key))
			continue;
		crm_json_comma(b);
		crm_buf_c(b, '"');
		crm_buf_str(b, key);
		crm_buf_z(b, "\":");
		crm_buf_str(b, val);
	}
}

static bool
write_field(struct crm_score_job *j, struct crm_str id, struct crm_str type,
    struct crm_str value)
{
	crm_buf_clear(&j->line);
	crm_buf_c(&j->line, '{');
	crm_json_add_str(&j->line, "id", id);
	crm_json_add_str(&j->line, "type", type);
	crm_json_add_raw(&j->line, j->write, value);
	crm_buf_c(&j->line, '}');
	return crm_out_record(j->out, crm_buf_view(&j->line));
}

bool
crm_score_emit(struct crm_score_job *j, const struct crm_rec *r,
    struct crm_str score, struct crm_str value)
{
	if (j->write && value.n) {
		struct crm_str type = r->type ? r->type->name : CRM_STR("");
		return write_field(j, crm_rec_id(r), type, value);
	}
	struct crm_buf *b = &j->line;
	crm_buf_clear(b);
	crm_score_print(j, r, b);
	crm_json_comma(b);
	crm_buf_str(b, score);
	crm_buf_c(b, '}');
	return crm_out_record(j->out, crm_buf_view(b));
}

bool
crm_score_emit_id(struct crm_score_job *j, struct crm_str id,
    const char *type, struct crm_str score, struct crm_str value)
{
	if (j->write && value.n)
		return write_field(j, id, crm_str_z(type), value);
	struct crm_buf *b = &j->line;
	crm_buf_clear(b);
	crm_buf_c(b, '{');
	crm_json_add_str(b, "id", id);
	if (*type)
		crm_json_add_str(b, "type", crm_str_z(type));
	crm_json_comma(b);
	crm_buf_str(b, score);
	crm_buf_c(b, '}');
	return crm_out_record(j->out, crm_buf_view(b));
}

static void
bar(struct crm_buf *b, double part, bool ascii)
{
	enum { WIDTH = 40 };
	int n = isfinite(part) ? (int)lround(part * WIDTH) : 0;
	for (int i = 0; i < n && i < WIDTH; i++)
		crm_buf_z(b, ascii ? "#" : "█");
	crm_buf_c(b, '\n');
}

static void
interval(struct crm_buf *b, const char *name, struct crm_interval v)
{
	if (!isnan(v.value))
		crm_buf_printf(b, "%s %.3f (%.3f to %.3f)\n", name, v.value,
		    v.lo, v.hi);
}

/* For people: figures, gain and calibration with bars. */
static void
judged_text(struct crm_score_job *j, const char *name,
    const struct crm_backtest *t, struct crm_buf *b)
{
	bool ascii = j->cli->ascii;
	crm_buf_printf(b, _("%s: %zu records, %zu hits\n"), name, t->n, t->hits);
	interval(b, "AUC", t->auc);
	interval(b, "Brier", t->brier);
	if (t->hits)
		crm_buf_z(b, _("\nbest first      n     hits    gain   lift      95 %\n"));
	for (size_t i = 0; i < t->nbands && t->hits; i++) {
		const struct crm_band *k = &t->band[i];
		crm_buf_printf(b, "%9zu%% %9.1f %8.1f %6.1f%% %6.2f %5.2f-%-5.2f ",
		    (i + 1) * 100 / t->nbands, k->n, k->hits, k->gain * 100,
		    k->lift, k->lift_lo, k->lift_hi);
		bar(b, k->gain, ascii);
	}
	if (t->ntable)
		crm_buf_z(b,
		    _("\npredicted       n observed          95 %\n"));
	for (size_t i = 0; i < t->ntable; i++) {
		const struct crm_calibration *c = &t->table[i];
		crm_buf_printf(b, "%8.1f%% %7zu %7.1f%% %5.1f-%5.1f%%  ",
		    c->predicted * 100, c->n, c->observed.value * 100,
		    c->observed.lo * 100, c->observed.hi * 100);
		bar(b, c->observed.value, ascii);
	}
}

void
crm_score_judged(struct crm_score_job *j, const char *name,
    struct crm_str members, const struct crm_backtest *t)
{
	struct crm_buf *b = &j->line;
	crm_buf_clear(b);
	if (crm_out_format(j->out) == CRM_OUT_TABLE) {
		judged_text(j, name, t, b);
		crm_out_text(j->out, crm_buf_view(b));
		return;
	}
	crm_buf_c(b, '{');
	crm_json_add_str(b, "model", crm_str_z(name));
	if (members.n) {
		crm_json_comma(b);
		crm_buf_str(b, members);
	}
	crm_json_add_u64(b, "n", t->n);
	crm_json_add_u64(b, "hits", t->hits);
	crm_backtest_write(t, b);
	crm_buf_c(b, '}');
	crm_out_record(j->out, crm_buf_view(b));
}
