/* log, show, diff: commits and versions. */
#include "cli/history.h"

#include <stdlib.h>

#include "base/mem.h"
#include "cli/input.h"
#include "cli/lookup.h"
#include "cli/out.h"

enum crm_status
crm_history_rev(struct crm_session *s, const char *text, uint64_t *rev,
    struct crm_err *err)
{
	struct crm_at at = { CRM_AT_REV, 0 };
	struct crm_span span;
	char *end = NULL;
	*rev = s->rev;
	if (!text)
		return CRM_OK;
	at.value = strtoll(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end) {
		if (crm_when_parse(crm_str_z(text), &s->cli->clock, &span,
		    NULL) || span.to == INT64_MAX)
			return crm_err_set(err, CRM_USAGE, "usage.time",
			    _("'%s' is neither a revision nor a time"), text);
		at = (struct crm_at){ CRM_AT_TIME, span.to - 1 };
	}
	return crm_store_at(s->store, at, rev, err);
}

enum crm_status
crm_history_lookup(struct crm_session *s, struct crm_str ref,
    const struct crm_type *type, uint64_t rev, struct crm_batch *rows,
    const struct crm_rec **out, struct crm_err *err)
{
	struct crm_session then = *s;
	struct crm_key k = { .by = CRM_BY_OLD_ID, .type = type,
		.value = ref };
	then.rev = rev;
	enum crm_status st = crm_session_lookup(&then, ref, type, rows, out,
	    err);
	if (st != CRM_NOTFOUND)
		return st;
	struct crm_err other;
	if (crm_store_get(s->store, rev, &k, 1, rows, NULL, &other) ||
	    !crm_batch_row(rows, 0)->line.n)
		return st;
	*out = crm_batch_row(rows, 0);
	return CRM_OK;
}

bool
crm_history_wrong(struct crm_cli *cli, const struct crm_err *err)
{
	if (crm_status_is_data(err->code))
		return crm_cli_reject(cli, err, CRM_STR(""));
	crm_cli_fail(cli, err);
	return false;
}

/* -- what the verbs share --------------------------------------------------- */

/* An open session with its output; the record of the first operand. */
struct reading {
	struct crm_session s;
	struct crm_out *out;
	const struct crm_type *type;
	struct crm_batch *rows;
	const struct crm_rec *rec;
	struct crm_buf line;
};

static bool
start(struct reading *r, struct crm_history *h)
{
	*r = (struct reading){ .rows = crm_batch_new() };
	if (!crm_session_open(&r->s, h->cli, false, false) ||
	    !crm_session_type(h->cli, r->s.schema, &r->type))
		return false;
	r->out = crm_out_init(h->cli, NULL);
	if (r->out)
		crm_out_rev(r->out, r->s.rev);
	return r->out != NULL;
}

static bool
find(struct reading *r, struct crm_history *h, const char *ref, uint64_t rev)
{
	struct crm_err err = { 0 };
	h->cli->count.read++;
	if (crm_history_lookup(&r->s, crm_str_z(ref), r->type, rev, r->rows,
	    &r->rec, &err) == CRM_OK)
		return true;
	crm_history_wrong(h->cli, &err);
	return false;
}

static void
stop(struct reading *r)
{
	if (r->out)
		crm_out_finish(r->out);
	crm_batch_free(r->rows);
	crm_buf_release(&r->line);
	crm_session_close(&r->s);
}

static bool
wants(struct crm_history *h, size_t min, size_t max, const char *what)
{
	if (h->nargs >= min && h->nargs <= max)
		return true;
	crm_cli_usage(h->cli, _("%s: give %s"), h->cli->args[0], what);
	return false;
}

/* -- log -------------------------------------------------------------------- */

static void
commit_line(struct crm_buf *b, const struct crm_commit *c)
{
	struct crm_buf at = { 0 };
	crm_buf_clear(b);
	crm_buf_c(b, '{');
	crm_json_add_u64(b, "txn", c->txn);
	crm_json_add_u64(b, "rev", c->rev);
	if (c->at) {
		crm_time_format(&at, c->at);
		crm_json_add_str(b, "at", crm_buf_view(&at));
	}
	crm_history_add(b, "actor", c->actor);
	crm_history_add(b, "program", c->program);
	crm_history_add(b, "why", c->why);
	crm_json_add_u64(b, "changes", c->changes);
	crm_history_add(b, "source", c->source);
	if (c->line)
		crm_json_add_u64(b, "line", c->line);
	crm_buf_c(b, '}');
	crm_buf_release(&at);
}

/* Commits come newest first; one line a transaction, when its first commit is
 * reached: with the sum of changes and the revision and time of its last. */
struct open_txn {
	uint64_t txn, rev, changes;
	int64_t at;
	struct crm_str source;	/* of a later commit than the first; the log's */
	bool several;		/* sources */
};
struct log {
	struct reading *r;
	struct open_txn *v;
	size_t n, cap;
	struct crm_arena mem;
	struct crm_buf sources;
};

static struct open_txn *
open_txn(struct log *l, const struct crm_commit *c)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].txn == c->txn)
			return &l->v[i];
	crm_grow(&l->v, &l->cap, l->n + 1, sizeof(*l->v));
	l->v[l->n] = (struct open_txn){ .txn = c->txn, .rev = c->rev,
		.at = c->at, .source = crm_arena_str(&l->mem, c->source) };
	return &l->v[l->n++];
}

static bool
log_commit(void *ctx, const struct crm_commit *c)
{
	struct log *l = ctx;
	struct crm_commit sum = *c;
	if (c->rev > l->r->s.rev)
		return true;
	struct open_txn *o = open_txn(l, c);
	o->changes += c->changes;
	o->several = o->several || (o->source.n && c->source.n &&
	    !crm_str_eq(o->source, c->source));
	if (c->rev != c->txn)
		return true;
	sum.rev = o->rev;
	sum.at = o->at;
	sum.changes = o->changes;
	if (o->several) {
		crm_buf_clear(&l->sources);
		crm_buf_printf(&l->sources, "%.*s ...", CRM_FMT(c->source));
		sum.source = crm_buf_view(&l->sources);
	}
	*o = l->v[--l->n];
	commit_line(&l->r->line, &sum);
	return crm_out_record(l->r->out, crm_buf_view(&l->r->line)) &&
	    crm_out_more(l->r->out);
}

static bool
log_version(void *ctx, const struct crm_rec *rec, const struct crm_commit *c)
{
	struct log *l = ctx;
	(void)rec;
	if (c->rev > l->r->s.rev)
		return true;
	commit_line(&l->r->line, c);
	return crm_out_record(l->r->out, crm_buf_view(&l->r->line)) &&
	    crm_out_more(l->r->out);
}

void
crm_history_log(struct crm_history *h)
{
	struct reading r;
	struct log l = { .r = &r };
	struct crm_err err = { 0 };
	enum crm_status st = CRM_OK;
	if (!wants(h, 0, 1, "at most one record"))
		return;
	if (start(&r, h) && crm_out_more(r.out)) {
		if (h->nargs == 0)
			st = crm_store_commits(r.s.store, 0, log_commit, &l,
			    &err);
		else if (find(&r, h, h->args[0], r.s.rev))
			st = crm_store_versions(r.s.store, r.rec->no,
			    log_version, &l, &err);
	}
	if (st)
		crm_cli_fail(h->cli, &err);
	free(l.v);
	crm_arena_release(&l.mem);
	crm_buf_release(&l.sources);
	stop(&r);
}

/* -- show and diff ---------------------------------------------------------- */

void
crm_history_show(struct crm_history *h)
{
	struct reading r;
	struct crm_err err = { 0 };
	uint64_t rev;
	if (!wants(h, 1, SIZE_MAX, "records"))
		return;
	if (!start(&r, h))
		goto done;
	if (crm_history_rev(&r.s, h->at, &rev, &err)) {
		crm_cli_fail(h->cli, &err);
		goto done;
	}
	for (size_t i = 0; i < h->nargs && crm_out_more(r.out); i++) {
		h->cli->count.read++;
		if (crm_history_lookup(&r.s, crm_str_z(h->args[i]), r.type,
		    rev, r.rows, &r.rec, &err)) {
			if (!crm_history_wrong(h->cli, &err))
				break;
		} else if (r.rec->state != CRM_LIVE) {
			crm_err_set(&err, CRM_NOTFOUND, "history.deleted",
			    _("'%s' is deleted at revision %" PRIu64),
			    h->args[i], rev);
			if (!crm_history_wrong(h->cli, &err))
				break;
		} else if (!crm_out_rec(r.out, r.rec)) {
			break;
		}
	}
done:
	stop(&r);
}

static void
diff_line(void *ctx, struct crm_str path, struct crm_str before,
    struct crm_str after)
{
	struct reading *r = ctx;
	if (crm_str_is(path, "updated") || !crm_out_more(r->out))
		return;
	crm_buf_clear(&r->line);
	crm_buf_z(&r->line, "{\"field\":\"");
	crm_buf_str(&r->line, path);	/* raw keys: escaped already */
	crm_buf_c(&r->line, '"');
	if (before.n)
		crm_json_add_raw(&r->line, "before", before);
	if (after.n)
		crm_json_add_raw(&r->line, "after", after);
	crm_buf_c(&r->line, '}');
	crm_out_record(r->out, crm_buf_view(&r->line));
}

/* The row of a record at a revision; NULL where it was not (or not live). */
static enum crm_status
image(struct reading *r, uint64_t no, uint64_t rev, struct crm_batch *b,
    const struct crm_rec **out, struct crm_err *err)
{
	struct crm_key k = { .by = CRM_BY_NO, .no = no };
	enum crm_status st = crm_store_get(r->s.store, rev, &k, 1, b, NULL,
	    err);
	if (!st) {
		const struct crm_rec *row = crm_batch_row(b, 0);
		*out = row->line.n && row->state == CRM_LIVE ? row : NULL;
	}
	return st;
}

/* Without A and B: what the last change changed; without B: up to now. */
void
crm_history_diff(struct crm_history *h)
{
	struct reading r;
	struct crm_batch *a = crm_batch_new(), *b = crm_batch_new();
	const struct crm_rec *before = NULL, *after = NULL;
	struct crm_err err = { 0 };
	uint64_t ra = 0, rb = 0;
	if (!wants(h, 1, 3, "a record and two revisions or times"))
		goto none;
	if (!start(&r, h))
		goto done;
	enum crm_status st = crm_history_rev(&r.s, h->nargs > 2 ? h->args[2] :
	    NULL, &rb, &err);
	if (!st && h->nargs > 1)
		st = crm_history_rev(&r.s, h->args[1], &ra, &err);
	if (st) {
		crm_cli_fail(h->cli, &err);
		goto done;
	}
	if (!find(&r, h, h->args[0], r.s.rev))
		goto done;
	uint64_t no = r.rec->no;
	if (h->nargs == 1)
		ra = r.rec->rev ? r.rec->rev - 1 : 0;
	st = image(&r, no, ra, a, &before, &err);
	if (!st)
		st = image(&r, no, rb, b, &after, &err);
	if (st)
		crm_cli_fail(h->cli, &err);
	else
		crm_rec_diff(before, after, diff_line, &r);
done:
	stop(&r);
none:
	crm_batch_free(a);
	crm_batch_free(b);
}
