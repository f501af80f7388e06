/* feed: one line a change, in the order of commits; resumable by --since. */
#include "cli/history.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/out.h"

enum { POLL_MS = 100 };

struct feed {
	struct crm_session s;
	struct crm_out *out;
	const struct crm_type *type;
	struct crm_batch *row;
	struct crm_buf line, tmp;
	uint64_t seen;		/* revision up to which all was printed */
	uint64_t skip_rev, skip_no;	/* and of this one up to that record */
	uint64_t last;		/* revision of the last line */
	bool follow;
	bool ended;
};

static void
add_image(struct feed *f, const char *key, const struct crm_rec *r)
{
	if (!r)
		return;
	crm_buf_clear(&f->tmp);
	crm_rec_print(r, &f->tmp);
	crm_json_add_raw(&f->line, key, crm_buf_view(&f->tmp));
}

/* Where a merged record went. */
static void
add_into(struct feed *f, const struct crm_change *c)
{
	struct crm_key k = { .by = CRM_BY_NO, .no = c->no };
	if (crm_store_get(f->s.store, c->commit->rev, &k, 1, f->row, NULL,
	    NULL))
		return;
	const struct crm_rec *r = crm_batch_row(f->row, 0);
	if (!r->line.n || r->state != CRM_MERGED)
		return;
	k.no = r->into;
	if (!crm_store_get(f->s.store, c->commit->rev, &k, 1, f->row, NULL,
	    NULL) && crm_batch_row(f->row, 0)->line.n)
		crm_json_add_str(&f->line, "into",
		    crm_rec_id(crm_batch_row(f->row, 0)));
}

static bool
print_change(void *ctx, const struct crm_change *c)
{
	struct feed *f = ctx;
	const struct crm_rec *any = c->after ? c->after : c->before;
	if ((f->type && (!any || any->type != f->type)) ||
	    (c->commit->rev == f->skip_rev && c->no <= f->skip_no))
		return true;
	/* Who is killed with the follower has whole commits, if they are small. */
	if (f->follow && c->commit->rev != f->last && !crm_out_flush(f->out)) {
		f->ended = true;
		return false;
	}
	f->last = c->commit->rev;
	crm_buf_clear(&f->line);
	crm_buf_clear(&f->tmp);
	crm_time_format(&f->tmp, c->commit->at);
	crm_buf_c(&f->line, '{');
	crm_json_add_u64(&f->line, "rev", c->commit->rev);
	crm_json_add_u64(&f->line, "txn", c->commit->txn);
	crm_json_add_str(&f->line, "at", crm_buf_view(&f->tmp));
	crm_history_add(&f->line, "actor", c->commit->actor);
	crm_history_add(&f->line, "program", c->commit->program);
	crm_json_add_str(&f->line, "op", crm_str_z(c->op));
	if (any) {
		crm_json_add_str(&f->line, "id", crm_rec_id(any));
		crm_json_add_str(&f->line, "type", any->type->name);
	}
	if (c->before && !c->after)
		add_into(f, c);
	crm_origin_add(&f->line, c->origin);
	add_image(f, "before", c->before);
	add_image(f, "after", c->after);
	crm_buf_c(&f->line, '}');
	f->ended = !crm_out_record(f->out, crm_buf_view(&f->line)) ||
	    !crm_out_more(f->out);
	return !f->ended;
}

/* What is new since the last look. */
static enum crm_status
catch_up(struct feed *f, struct crm_err *err)
{
	struct crm_at now = { CRM_AT_NOW, 0 };
	uint64_t rev = f->s.rev;
	enum crm_status st = CRM_OK;
	if (f->s.cli->as_of == INT64_MAX)
		st = crm_store_at(f->s.store, now, &rev, err);
	if (st)
		return st;
	crm_out_rev(f->out, rev);
	if (rev <= f->seen)
		return CRM_OK;
	st = crm_store_changes(f->s.store, f->seen, rev, 0, print_change, f,
	    err);
	f->seen = rev;
	return st;
}

/* --since REV:ID: where in the commit to go on. An id that is nobody's any
 * more tells nothing: all of the commit comes again. */
static void
find_place(struct feed *f, const char *since)
{
	const char *id = since ? strchr(since, ':') : NULL;
	struct crm_key k = { .by = CRM_BY_OLD_ID };
	if (!id)
		return;
	k.value = crm_str_z(id + 1);
	if (crm_store_get(f->s.store, f->s.rev, &k, 1, f->row, NULL, NULL) ||
	    !crm_batch_row(f->row, 0)->line.n)
		return;
	f->skip_rev = f->seen + 1;
	f->skip_no = crm_batch_row(f->row, 0)->no;
}

static bool
check(struct crm_history *h, struct feed *f)
{
	char *end = NULL;
	if (h->nargs) {
		crm_cli_usage(h->cli, _("feed: no operands; -t narrows"));
		return false;
	}
	if (h->follow && h->cli->as_of != INT64_MAX) {
		crm_cli_usage(h->cli, _("--follow goes on into the future:"
		    " not with --as-of"));
		return false;
	}
	if (!h->since)
		return true;
	f->seen = strtoull(h->since, &end, 10);
	if (h->since[0] >= '0' && h->since[0] <= '9' && !*end)
		return true;
	if (h->since[0] >= '1' && h->since[0] <= '9' && *end == ':' && end[1]) {
		f->seen--;
		return true;
	}
	crm_cli_usage(h->cli, _("--since wants a revision, or REV:ID: '%s'"),
	    h->since);
	return false;
}

void
crm_history_feed(struct crm_history *h)
{
	struct feed f = { .row = crm_batch_new(), .follow = h->follow };
	struct crm_err err = { 0 };
	struct pollfd reader = { .fd = STDOUT_FILENO };
	if (!check(h, &f) ||
	    !crm_session_open(&f.s, h->cli, false, false) ||
	    !crm_session_type(h->cli, f.s.schema, &f.type) ||
	    !(f.out = crm_out_init(h->cli, NULL)))
		goto done;
	find_place(&f, h->since);
	f.ended = !crm_out_more(f.out);
	enum crm_status st = f.ended ? CRM_OK : catch_up(&f, &err);
	while (!st && h->follow && !f.ended) {
		if (!crm_out_flush(f.out))
			break;
		/* nobody listens any more: no need to wait for a change */
		if (poll(&reader, 1, POLL_MS) > 0 &&
		    (reader.revents & POLLERR))
			break;
		st = catch_up(&f, &err);
	}
	if (st)
		crm_cli_fail(h->cli, &err);
done:
	if (f.out)
		crm_out_finish(f.out);
	crm_batch_free(f.row);
	crm_buf_release(&f.line);
	crm_buf_release(&f.tmp);
	crm_session_close(&f.s);
}
