/* One line of a plan: several records become one, or two never will. */
#include "cli/merge.h"
#include "format/json.h"

/* -- what was before --------------------------------------------------------- */

/* The newest commit that was no merge. */
static bool
see_commit(void *ctx, const struct crm_commit *c)
{
	uint64_t *calm = ctx;
	bool merge = crm_str_is(c->program, "crm-merge");
	if (!merge)
		*calm = c->rev;
	return merge;
}

enum crm_status
crm_merge_open(struct crm_merge *o, struct crm_store *s, struct crm_err *err)
{
	struct crm_at now = { CRM_AT_NOW, 0 };
	enum crm_status st = crm_store_at(s, now, &o->open, err);
	if (!st)
		st = crm_store_commits(s, 0, see_commit, &o->calm, err);
	return st ? st : crm_refusals_load(&o->refusals, s, err);
}

void
crm_merge_release(struct crm_merge *o)
{
	crm_merge_policy_release(&o->policy);
	crm_refusals_release(&o->refusals);
	crm_buf_release(&o->from);
	free(o->own);
}

static void
note_own(struct crm_merge *o, uint64_t rev)
{
	if (o->nown && o->own[o->nown - 1] == rev)
		return;
	crm_grow(&o->own, &o->capown, o->nown + 1, sizeof(*o->own));
	o->own[o->nown++] = rev;
}

static int
by_rev(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

/* Was the revision made by this run, or before it by nothing but merges since
 * the plan? */
static bool
is_merge(const struct crm_merge *o, uint64_t rev, uint64_t plan)
{
	return (o->nown && bsearch(&rev, o->own, o->nown, sizeof(rev),
	    by_rev)) || (rev <= o->open && plan >= o->calm);
}

/* A record that somebody changed since the plan was made is a reject. */
static enum crm_status
check_stale(const struct crm_merge *o, struct crm_str tool,
    const struct crm_merge_set *m, struct crm_err *err)
{
	struct crm_str v;
	if (tool.n == 0 || !crm_json_get(tool, CRM_STR("_rev"), &v))
		return CRM_OK;
	uint64_t plan = strtoull(v.p, NULL, 10);
	for (size_t i = 0; i < m->n; i++)
		if (m->rec[i]->rev > plan && !is_merge(o, m->rec[i]->rev, plan))
			return crm_err_set(err, CRM_CONFLICT, "merge.stale",
			    _("'%.*s' was changed since the plan was made "
			    "(revision %" PRIu64 ", the plan is of %" PRIu64
			    "): make it again with crm-dedupe"),
			    CRM_FMT(crm_rec_id(m->rec[i])), m->rec[i]->rev,
			    plan);
	return CRM_OK;
}

static enum crm_status
check_refused(const struct crm_merge *o, const struct crm_merge_set *m,
    struct crm_err *err)
{
	struct crm_str a, b;
	if (!crm_refusals_among(&o->refusals, &m->ids, &a, &b))
		return CRM_OK;
	return crm_err_set(err, CRM_CONFLICT, "merge.refused",
	    _("'%.*s' and '%.*s' were ruled to be different "
	    "({\"same\":[ID,ID]} takes that back)"), CRM_FMT(a), CRM_FMT(b));
}

/* -- what becomes of it ------------------------------------------------------ */

static enum crm_status
echo(struct crm_merge *o, struct crm_sink *s, uint64_t no, bool merged,
    struct crm_err *err)
{
	struct crm_key k = { .by = CRM_BY_NO, .no = no };
	struct crm_batch *b = crm_batch_new();
	struct crm_buf line = { 0 };
	enum crm_status st = crm_txn_get(s->t, &k, 1, b, NULL, err);
	if (!st) {
		crm_rec_print(crm_batch_row(b, 0), &line);
		line.n--;
		if (merged)
			crm_json_add_u64(&line, "_merge", s->txn ? s->txn :
			    crm_txn_rev(s->t));
		if (o->from.n)
			crm_json_add_raw(&line, "_from",
			    crm_buf_view(&o->from));
		crm_buf_c(&line, '}');
		st = crm_sink_echo(s, crm_buf_view(&line), merged ?
		    "updated" : "unchanged", err);
	}
	crm_buf_release(&line);
	crm_batch_free(b);
	return st;
}

static enum crm_status
merge(struct crm_merge *o, struct crm_sink *s, struct crm_item *item,
    struct crm_merge_set *m, struct crm_err *err)
{
	struct crm_change_set c = { 0 };
	struct crm_str line = item->rec.line;
	enum crm_status st = crm_merge_consents(s, item, m->rec, m->n, err);
	if (!st)
		st = crm_merge_fields(&o->policy, m, &c, err);
	crm_merge_set_fields(line, m->rec[0], &c);
	crm_merge_keys(m->rec, m->n, &c);
	if (s->cli->dry)
		crm_merge_origin(m->rec, m->n, &c, line, &o->from);
	if (!st)
		st = crm_merge_links(s, item, m, err);
	for (size_t i = 1; i < m->n && !st; i++) {
		struct crm_result res = { 0 };
		struct crm_op op = { .kind = CRM_OP_MERGE,
			.no = m->rec[i]->no, .into = m->rec[0]->no,
			.line = item->line };
		st = crm_sink_op(s, &op, crm_rec_id(m->rec[i]),
		    m->rec[i]->line, &res, err);
	}
	uint64_t same = s->cli->count.unchanged;
	if (!st)
		st = crm_sink_change(s, item, m->rec[0], &c, 0, err);
	if (s->cli->count.unchanged > same) {	/* it is more than it was */
		s->cli->count.unchanged = same;
		s->cli->count.updated++;
	}
	for (size_t i = 1; i < m->n && !st; i++)
		crm_refusals_follow(&o->refusals, crm_rec_id(m->rec[i]),
		    crm_rec_id(m->rec[0]));
	note_own(o, crm_txn_rev(s->t));
	crm_change_release(&c);
	return st;
}

static bool
wants_review(struct crm_str tool)
{
	struct crm_str v;
	return tool.n && crm_json_get(tool, CRM_STR("_review"), &v) &&
	    crm_str_is(v, "true");
}

/* All of them may be one record already: nothing is left to do then, whatever
 * was changed since. */
static enum crm_status
apply(struct crm_merge *o, struct crm_sink *s, struct crm_item *item,
    struct crm_merge_set *m, struct crm_err *err)
{
	enum crm_status st = crm_merge_read(s, item->rec.line, m, err);
	if (st)
		return st;
	uint64_t no = m->rec[0]->no;
	if (m->n == 1) {
		s->cli->count.unchanged++;
		return echo(o, s, no, false, err);
	}
	st = check_stale(o, item->tool, m, err);
	if (!st)
		st = check_refused(o, m, err);
	bool mute = s->mute;
	s->mute = true;
	if (!st)
		st = merge(o, s, item, m, err);
	s->mute = mute;
	return st ? st : echo(o, s, no, true, err);
}

enum crm_status
crm_merge_apply(void *ctx, struct crm_sink *s, struct crm_item *item,
    struct crm_err *err)
{
	struct crm_merge *o = ctx;
	struct crm_merge_set m = { 0 };
	struct crm_str line = item->rec.line, v;
	enum crm_status st = crm_merge_check(line, item->tool, err);
	if (st)
		return st;
	if (crm_json_get(line, CRM_STR("distinct"), &v))
		return crm_merge_distinct(o, s, v, err);
	if (crm_json_get(line, CRM_STR("same"), &v))
		return crm_merge_same(o, s, v, err);
	if (!o->review && wants_review(item->tool)) {
		o->skipped++;
		return CRM_OK;
	}
	crm_buf_clear(&o->from);
	st = apply(o, s, item, &m, err);
	crm_merge_set_release(&m);
	return st;
}
