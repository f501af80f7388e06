/* crm-history verify: the store as crm verify does, and its mirror: commits that
 * count up without a gap, and records that are those of the store at the
 * mirror's revision. */
#include "cli/history.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/map.h"
#include "cli/backup.h"
#include "cli/input.h"
#include "cli/mirror.h"
#include "cli/verify.h"

/* Both sides come in the order of creation: what is out of step waits by its id
 * with a digest of its line, 0 once the other side had it, too. */
struct compare {
	struct crm_verify *v;
	struct crm_store *store;
	uint64_t rev;
	struct crm_cursor *cursor;
	struct crm_batch *rows, *tmp;
	size_t at;
	struct crm_input in;
	struct crm_buf line;
	struct crm_map ours, theirs;
};

/* The store's next record in c->line; NOTFOUND at the end. */
static enum crm_status
next_ours(struct compare *c, struct crm_err *err)
{
	crm_buf_clear(&c->line);
	for (;;) {
		while (c->at < crm_batch_len(c->rows)) {
			const struct crm_rec *r = crm_batch_row(c->rows,
			    c->at++);
			if (r->state == CRM_LIVE || r->state == CRM_MERGED)
				return crm_backup_record(c->store, c->rev, r,
				    c->tmp, &c->line, err);
		}
		enum crm_status st = crm_cursor_next(c->cursor, c->rows, err);
		c->at = 0;
		if (st)
			return st;
	}
}

/* The mirror's next record; settings and files have names that begin so. */
static bool
next_theirs(struct compare *c, struct crm_str *line)
{
	while (crm_input_next(&c->in, line))
		if (!crm_str_starts(*line, CRM_STR("{\"_")))
			return true;
	return false;
}

static void
fault(struct compare *c, const char *text, struct crm_str id)
{
	struct crm_err e = { 0 };
	crm_err_set(&e, CRM_CORRUPT, "mirror.differs", text, CRM_FMT(id));
	crm_verify_fault(c->v, &e);
}

/* A line of one side that is out of step with the other's. */
static void
wait_for(struct compare *c, struct crm_map *own, const struct crm_map *other,
    struct crm_str line)
{
	static const uint8_t key[16];
	struct crm_str id = { 0 };
	struct crm_buf plain = { 0 };
	uint64_t digest = crm_siphash(key, line.p, line.n) | 1;
	if (crm_json_get(line, CRM_STR("id"), &id))
		id = crm_json_text_view(id, &plain);
	struct crm_map_entry *e = crm_map_get(other, id);
	if (!e || !e->v.u) {
		crm_map_put(own, id, NULL)->v.u = digest;
	} else {
		if (e->v.u != digest)
			fault(c, _("'%.*s' is not the same in the mirror"),
			    id);
		e->v.u = 0;
	}
	crm_buf_release(&plain);
}

static enum crm_status
compare_lines(struct compare *c, struct crm_err *err)
{
	struct crm_str theirs;
	enum crm_status st = CRM_OK;
	for (bool more = true; more || !st;) {
		st = st ? st : next_ours(c, err);
		more = more && next_theirs(c, &theirs);
		if (st && st != CRM_NOTFOUND)
			return st;
		if (!st && more && crm_str_eq(crm_buf_view(&c->line), theirs))
			continue;
		if (!st)
			wait_for(c, &c->ours, &c->theirs,
			    crm_buf_view(&c->line));
		if (more)
			wait_for(c, &c->theirs, &c->ours, theirs);
	}
	for (size_t i = 0; i < c->ours.n; i++)
		if (c->ours.e[i].v.u)
			fault(c, _("'%.*s' is missing in the mirror"),
			    c->ours.e[i].key);
	for (size_t i = 0; i < c->theirs.n; i++)
		if (c->theirs.e[i].v.u)
			fault(c, _("'%.*s' is in the mirror, not in the store"),
			    c->theirs.e[i].key);
	return CRM_OK;
}

/* The first line of the dump says the mirror's revision. */
static enum crm_status
compare(struct compare *c, struct crm_err *err)
{
	struct crm_select sel = { .dead = true, .scan = true };
	struct crm_str line, rev;
	struct crm_info info;
	enum crm_status st = crm_store_info(c->store, &info, err);
	if (st || !crm_input_next(&c->in, &line) ||
	    !crm_json_get(line, CRM_STR("rev"), &rev))
		return st;	/* the helper says why */
	c->rev = strtoull(rev.p, NULL, 10);	/* a brace follows */
	if (c->rev > info.rev)
		return crm_err_set(err, CRM_CORRUPT, "git.ahead",
		    _("the mirror is at revision %" PRIu64 ", the store at %"
		    PRIu64 " only"), c->rev, info.rev);
	st = crm_store_select(c->store, c->rev, &sel, &c->cursor, err);
	if (!st)
		st = compare_lines(c, err);
	crm_cursor_close(c->cursor);
	return st;
}

static enum crm_status
verify_mirror(struct crm_verify *v, struct crm_store *s, struct crm_err *err)
{
	struct compare c = { .v = v, .store = s };
	struct crm_buf repo = { 0 };
	struct crm_err other = { 0 };
	int pid;
	crm_buf_printf(&repo, "%s/mirror.git", crm_cli_store_path(v->cli));
	enum crm_status st = crm_mirror_dump(crm_buf_cstr(&repo), NULL, true,
	    &pid, err);
	if (!st) {
		c.rows = crm_batch_new();
		c.tmp = crm_batch_new();
		crm_input_init(&c.in, v->cli, NULL, 0);
		st = compare(&c, err);
		crm_input_release(&c.in);
		if (crm_mirror_dumped(pid, crm_buf_cstr(&repo), &other) &&
		    !st) {
			*err = other;
			st = other.code;
		}
	}
	crm_batch_free(c.rows);
	crm_batch_free(c.tmp);
	crm_map_release(&c.ours);
	crm_map_release(&c.theirs);
	crm_buf_release(&c.line);
	crm_buf_release(&repo);
	return st;
}

void
crm_history_verify(struct crm_history *h)
{
	struct crm_session s = { 0 };
	struct crm_verify v = { 0 };
	struct crm_err err = { 0 };
	if (h->nargs) {
		crm_cli_usage(h->cli, _("verify takes no operands"));
	} else if (crm_session_open(&s, h->cli, false, true)) {
		enum crm_status st = crm_verify_begin(&v, h->cli, s.store,
		    &err);
		if (!st && crm_mirror_there(crm_cli_store_path(h->cli)))
			st = verify_mirror(&v, s.store, &err);
		crm_verify_end(&v, st, &err);
	}
	crm_session_close(&s);
}
