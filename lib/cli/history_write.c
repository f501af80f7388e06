/* undo and restore: sinks. */
#include "cli/history.h"

#include <stdlib.h>

#include "cli/sink.h"
#include "cli/undo.h"

void
crm_history_undo(struct crm_history *h)
{
	if (h->nargs != 1) {
		crm_cli_usage(h->cli, _("undo: give a transaction of "
		    "'crm-history log', or 'last'"));
		return;
	}
	crm_undo(h->cli, h->args[0], NULL);
}

/* -- restore ---------------------------------------------------------------- */

struct target {			/* one reference */
	uint64_t no;
	size_t from, len;	/* its image in `images` */
	struct crm_err *wrong;
};

struct restore {
	const char *fields;	/* -f */
	struct target *v;
	size_t next;
	struct crm_buf images, patch;
	struct crm_reader reader;
	struct crm_shapes shapes;
	struct crm_record then;
	struct crm_arena mem;
};

/* The image of that time, read before the transaction. */
static enum crm_status
find(struct restore *o, struct crm_sink *s, const char *ref, uint64_t rev,
    struct target *t, struct crm_err *err)
{
	struct crm_batch *rows = crm_batch_new();
	const struct crm_rec *r;
	enum crm_status st = crm_history_lookup(&s->ses, crm_str_z(ref),
	    s->type, rev, rows, &r, err);
	if (!st && r->state != CRM_LIVE)
		st = crm_err_set(err, CRM_NOTFOUND, "history.deleted",
		    _("'%s' is deleted at revision %" PRIu64), ref, rev);
	if (!st) {
		t->no = r->no;
		t->from = o->images.n;
		t->len = r->line.n;
		crm_buf_str(&o->images, r->line);
	} else if (crm_status_is_data(st)) {
		t->wrong = crm_arena_alloc(&o->mem, sizeof(*err));
		*t->wrong = *err;
		st = CRM_OK;
	}
	crm_batch_free(rows);
	return st;
}

/* A patch that brings one path back: {"city":"Athens"} within its object. */
static void
add_field(struct restore *o, struct crm_change_set *c,
    const struct crm_rec *now, struct crm_str path)
{
	struct crm_buf merged = { 0 };
	struct crm_str top = path, old = { 0 }, val, rest = { 0 };
	const char *dot = memchr(path.p, '.', path.n);
	size_t depth = 0;
	if (dot) {
		top.n = (size_t)(dot - path.p);
		rest = crm_str_sub(path, top.n + 1, SIZE_MAX);
	}
	bool there = crm_rec_get(&o->then.rec, path, &val);
	if (!dot) {
		crm_change_put(c, path, there ? val : CRM_STR(""));
		return;
	}
	crm_buf_clear(&o->patch);
	for (; rest.n; depth++) {
		const char *end = memchr(rest.p, '.', rest.n);
		size_t n = end ? (size_t)(end - rest.p) : rest.n;
		crm_buf_z(&o->patch, "{\"");
		crm_json_escape(&o->patch, crm_str_sub(rest, 0, n));
		crm_buf_z(&o->patch, "\":");
		rest = crm_str_sub(rest, end ? n + 1 : n, SIZE_MAX);
	}
	crm_buf_str(&o->patch, there ? val : CRM_STR("null"));
	while (depth--)
		crm_buf_c(&o->patch, '}');
	crm_rec_get(now, top, &old);
	crm_json_merge(&merged, old, crm_buf_view(&o->patch));
	crm_change_put(c, top, crm_buf_view(&merged));
	crm_buf_release(&merged);
}

/* Its whole path: "city" is address.city, "email" emails. What lies within a
 * list has no path of its own. */
static enum crm_status
field_path(const struct restore *o, const struct crm_rec *now,
    struct crm_str given, struct crm_str *path, struct crm_err *err)
{
	const struct crm_field *f = crm_type_field(now->type, given);
	struct crm_str v;
	*path = f ? f->name : given;
	bool known = f || (given.n && given.p[0] != '.' &&
	    given.p[given.n - 1] != '.' && (crm_rec_get(now, given, &v) ||
	    crm_rec_get(&o->then.rec, given, &v)));
	for (size_t i = 0; i < path->n; i++) {
		struct crm_str top = crm_str_sub(*path, 0, i);
		if (path->p[i] == '.' && ((crm_rec_get(now, top, &v) &&
		    crm_json_kind(v) == '[') || (crm_rec_get(&o->then.rec, top,
		    &v) && crm_json_kind(v) == '[')))
			return crm_err_set(err, CRM_USAGE, "restore.field",
			    _("'%.*s' is a list: it is restored whole, not "
			    "'%.*s'"), CRM_FMT(top), CRM_FMT(given));
	}
	return known ? CRM_OK : crm_err_set(err, CRM_USAGE, "restore.field",
	    _("'%.*s' has no field '%.*s', now or then"),
	    CRM_FMT(crm_rec_id(now)), CRM_FMT(given));
}

static enum crm_status
restore_fields(struct restore *o, struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *now, struct crm_err *err)
{
	struct crm_change_set c = { 0 };
	struct crm_str rest = crm_str_z(o->fields), path;
	enum crm_status st = CRM_OK;
	if (now->state != CRM_LIVE)
		return crm_err_set(err, CRM_NOTFOUND, "history.deleted",
		    _("'%.*s' is deleted: restore all of it, without -f"),
		    CRM_FMT(crm_rec_id(now)));
	while (!st && rest.n) {
		const char *comma = memchr(rest.p, ',', rest.n);
		size_t n = comma ? (size_t)(comma - rest.p) : rest.n;
		st = field_path(o, now, crm_str_trim(crm_str_sub(rest, 0, n)),
		    &path, err);
		if (!st)
			add_field(o, &c, now, path);
		rest = crm_str_sub(rest, comma ? n + 1 : n, SIZE_MAX);
	}
	if (!st)
		st = crm_sink_change(s, item, now, &c, 0, err);
	crm_change_release(&c);
	return st;
}

static enum crm_status
apply(void *ctx, struct crm_sink *s, struct crm_item *item,
    struct crm_err *err)
{
	struct restore *o = ctx;
	const struct target *t = &o->v[o->next++];
	struct crm_key k = { .by = CRM_BY_NO, .no = t->no };
	if (t->wrong) {
		*err = *t->wrong;
		return err->code;
	}
	enum crm_status st = crm_record_read(&o->reader,
	    (struct crm_str){ o->images.p + t->from, t->len }, &o->then, err);
	if (!st)
		st = crm_txn_get(s->t, &k, 1, s->rows, NULL, err);
	if (st)
		return st;
	const struct crm_rec *now = crm_batch_row(s->rows, 0);
	if (!now->line.n)
		return crm_err_set(err, CRM_NOTFOUND, "undo.erased",
		    _("a record was erased for good and does not come back"));
	if (o->fields) {
		st = restore_fields(o, s, item, now, err);
		return st == CRM_EXISTS ? crm_undo_taken(crm_rec_id(
		    &o->then.rec), err) : st;
	}
	struct crm_op op = { .kind = now->state == CRM_LIVE ? CRM_OP_REPLACE :
		now->state == CRM_MERGED ? CRM_OP_UNMERGE : CRM_OP_RESTORE,
		.no = t->no, .rec = &o->then.rec, .name = "undo" };
	st = crm_sink_become(s, NULL, &op, err);
	return st == CRM_EXISTS ? crm_undo_taken(crm_rec_id(&o->then.rec),
	    err) : st;
}

static void
run(struct crm_history *h, struct restore *o, struct crm_sink *s)
{
	struct crm_err err = { 0 };
	uint64_t rev;
	enum crm_status st = crm_history_rev(&s->ses, h->at, &rev, &err);
	o->reader = (struct crm_reader){ .schema = s->ses.schema,
		.shapes = &o->shapes, .lim = { .line = SIZE_MAX,
		.members = SIZE_MAX, .depth = UINT16_MAX } };
	o->v = crm_calloc(h->nargs, sizeof(*o->v));
	for (size_t i = 0; i < h->nargs && !st; i++)
		st = find(o, s, h->args[i], rev, &o->v[i], &err);
	if (st)
		crm_cli_fail(h->cli, &err);
	else
		crm_sink_blank(s, h->nargs, true);
}

void
crm_history_restore(struct crm_history *h)
{
	struct restore o = { .fields = h->cli->fields };
	struct crm_sink_spec spec = { .apply = apply, .ctx = &o,
		.cause = "restore" };
	struct crm_sink s;
	if (!h->at || h->nargs == 0 || (o.fields && !*o.fields)) {
		crm_cli_usage(h->cli, _("restore: give records and --at TIME"));
		return;
	}
	h->cli->fields = NULL;	/* what to restore, not what to print */
	if (crm_sink_begin(&s, h->cli, &spec))
		run(h, &o, &s);
	crm_sink_end(&s);
	free(o.v);
	crm_buf_release(&o.images);
	crm_buf_release(&o.patch);
	crm_record_release(&o.then);
	crm_reader_release(&o.reader);
	crm_shapes_release(&o.shapes);
	crm_arena_release(&o.mem);
}
