/* blame: since when each field has its value, and by which change. */
#include "cli/history.h"

#include <stdlib.h>

#include "base/mem.h"
#include "cli/input.h"
#include "cli/out.h"

struct field {
	struct crm_str path, value;
	bool settled;		/* an older version has another value */
	uint64_t txn, line;
	int64_t at;
	struct crm_str source;
};

struct blame {
	uint64_t upto;
	struct field *v;
	size_t n, cap;
	bool begun;
	struct crm_arena mem;
};

/* What the tool itself keeps has no author. */
static bool
is_own(struct crm_str path)
{
	static const char *const names[] = { "id", "type", "created",
		"updated" };
	for (size_t i = 0; i < CRM_LEN(names); i++)
		if (crm_str_is(path, names[i]))
			return true;
	return false;
}

static void
take_field(void *ctx, struct crm_str path, struct crm_str before,
    struct crm_str after)
{
	struct blame *b = ctx;
	(void)before;
	if (is_own(path))
		return;
	crm_grow(&b->v, &b->cap, b->n + 1, sizeof(*b->v));
	b->v[b->n++] = (struct field){ .path = crm_arena_str(&b->mem, path),
		.value = crm_arena_str(&b->mem, after) };
}

/* A field that differs between the newest image and an older one is settled by
 * the version before. */
struct older {
	struct blame *b;
	size_t at;
};

static void
differs(void *ctx, struct crm_str path, struct crm_str before,
    struct crm_str after)
{
	struct older *o = ctx;
	struct blame *b = o->b;
	(void)before;
	if (!after.n)
		return;		/* only the older one has it */
	/* Both walks are in the newest image's order. */
	for (size_t i = 0; i < b->n; i++) {
		struct field *f = &b->v[(o->at + i) % b->n];
		if (crm_str_eq(f->path, path)) {
			f->settled = true;
			o->at = (o->at + i + 1) % b->n;
			return;
		}
	}
}

struct walk {
	struct blame b;
	struct crm_record newest;
	struct crm_reader reader;
};

static void
credit(struct blame *b, const struct crm_commit *c)
{
	struct crm_str source = crm_arena_str(&b->mem, c->source);
	for (size_t i = 0; i < b->n; i++) {
		struct field *f = &b->v[i];
		if (f->settled)
			continue;
		f->txn = c->txn;
		f->at = c->at;
		f->line = c->line;
		f->source = source;
	}
}

static bool
see_version(void *ctx, const struct crm_rec *rec, const struct crm_commit *c)
{
	struct walk *w = ctx;
	struct blame *b = &w->b;
	struct older o = { .b = b };
	struct crm_change_set none = { 0 };
	bool open = false;
	if (c->rev > b->upto)
		return true;
	if (!b->begun) {
		struct crm_err err = { 0 };
		if (crm_record_apply(&w->reader, rec, &none, &w->newest, &err))
			return false;
		crm_rec_diff(NULL, rec, take_field, b);
		b->begun = true;
	} else {
		crm_rec_diff(rec, &w->newest.rec, differs, &o);
	}
	credit(b, c);
	for (size_t i = 0; i < b->n && !open; i++)
		open = !b->v[i].settled;
	return open;
}

static void
print(const struct blame *b, struct crm_out *out)
{
	struct crm_buf line = { 0 }, at = { 0 };
	for (size_t i = 0; i < b->n && crm_out_more(out); i++) {
		const struct field *f = &b->v[i];
		crm_buf_clear(&line);
		crm_buf_clear(&at);
		crm_buf_z(&line, "{\"field\":\"");
		crm_buf_str(&line, f->path);
		crm_buf_c(&line, '"');
		crm_json_add_raw(&line, "value", f->value);
		if (f->at) {
			crm_time_format(&at, f->at);
			crm_json_add_str(&line, "since", crm_buf_view(&at));
		}
		crm_json_add_u64(&line, "txn", f->txn);
		crm_history_add(&line, "source", f->source);
		if (f->line)
			crm_json_add_u64(&line, "line", f->line);
		crm_buf_c(&line, '}');
		if (!crm_out_record(out, crm_buf_view(&line)))
			break;
	}
	crm_buf_release(&line);
	crm_buf_release(&at);
}

void
crm_history_blame(struct crm_history *h)
{
	struct crm_session s = { 0 };
	struct walk w = { 0 };
	struct crm_shapes shapes = { 0 };
	struct crm_batch *rows = crm_batch_new();
	const struct crm_type *type;
	const struct crm_rec *rec;
	struct crm_err err = { 0 };
	struct crm_out *out = NULL;
	if (h->nargs != 1) {
		crm_cli_usage(h->cli, _("blame: give a record"));
		goto done;
	}
	if (!crm_session_open(&s, h->cli, false, false) ||
	    !crm_session_type(h->cli, s.schema, &type) ||
	    !(out = crm_out_init(h->cli, NULL)))
		goto done;
	crm_out_rev(out, s.rev);
	h->cli->count.read++;
	enum crm_status st = crm_history_lookup(&s, crm_str_z(h->args[0]),
	    type, s.rev, rows, &rec, &err);
	w.b.upto = s.rev;
	w.reader = (struct crm_reader){ .schema = s.schema,
		.shapes = &shapes };
	if (!st)
		st = crm_store_versions(s.store, rec->no, see_version, &w,
		    &err);
	if (st)
		crm_history_wrong(h->cli, &err);
	else
		print(&w.b, out);
done:
	if (out)
		crm_out_finish(out);
	free(w.b.v);
	crm_arena_release(&w.b.mem);
	crm_record_release(&w.newest);
	crm_reader_release(&w.reader);
	crm_shapes_release(&shapes);
	crm_batch_free(rows);
	crm_session_close(&s);
}
