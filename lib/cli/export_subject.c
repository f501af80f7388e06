/* crm-export --subject: everything that the store holds of one person. Records
 * merged into it and the leads it came from, all that names one of them, deleted
 * records too, and every change of them, with who, why and from which source. */
#include "cli/export.h"
#include "cli/idset.h"

#include <unistd.h>

#include "base/time.h"
#include "base/utf8.h"
#include "cli/attach.h"
#include "cli/lookup.h"
#include "model/attachment.h"
#include "store/batch.h"
#include "store/posting.h"

struct subject {
	struct crm_export_job *j;
	struct crm_store *store;
	struct crm_idset ids;		/* the person's */
	struct crm_u64s self, linked;	/* numbers */
	struct crm_map seen;		/* numbers of linked */
	struct crm_map files;		/* SHA-256 of what is attached */
	bool text, markdown;		/* for people */
	bool more;
	struct crm_buf b;
};

static void
put(struct subject *s)
{
	s->more = s->more && crm_out_text(s->j->out, crm_buf_view(&s->b));
	crm_buf_clear(&s->b);
}

static bool
is_new(struct subject *s, uint64_t no)
{
	bool fresh;
	crm_map_put(&s->seen, (struct crm_str){ (char *)&no, sizeof(no) },
	    &fresh);
	return fresh;
}

/* -- finding ---------------------------------------------------------------- */

static bool
is_lead_of(const struct subject *s, const struct crm_rec *r)
{
	struct crm_str id;
	return r->type && crm_rec_get(r, CRM_STR("converted.contact"), &id) &&
	    crm_idset_in(&s->ids, id);
}

static bool
look_self(void *ctx, const struct crm_text *x)
{
	struct subject *s = ctx;
	const struct crm_rec *r = x->rec;
	if (x->under)
		return false;
	bool merged = false;
	for (size_t i = 0; r->state == CRM_MERGED && i < s->self.n; i++)
		merged = merged || s->self.v[i] == r->into;
	if ((merged || is_lead_of(s, r)) &&
	    crm_idset_add(&s->ids, crm_rec_id(r))) {
		crm_u64s_add(&s->self, r->no);
		is_new(s, r->no);
	}
	return true;
}

static bool
look_linked(void *ctx, const struct crm_text *x)
{
	struct subject *s = ctx;
	if (crm_idset_in(&s->ids, x->rec->line) && is_new(s, x->rec->no))
		crm_u64s_add(&s->linked, x->rec->no);
	return true;
}

static enum crm_status
find_all(struct subject *s, const struct crm_rec *r, struct crm_err *err)
{
	enum crm_status st;
	size_t had;
	crm_idset_add(&s->ids, crm_rec_id(r));
	crm_u64s_add(&s->self, r->no);
	is_new(s, r->no);
	do {
		had = s->self.n;
		st = crm_store_texts(s->store, look_self, s, err);
	} while (!st && s->self.n != had);
	if (!st)
		st = crm_store_texts(s->store, look_linked, s, err);
	/* in the order of types, as everywhere */
	crm_u64s_sort(s->linked.v, s->linked.n);
	return st;
}

/* -- as lines --------------------------------------------------------------- */

static const char *
state_of(const struct crm_rec *r)
{
	return r->state == CRM_MERGED ? "_merged" : r->state == CRM_DEAD ?
	    "_deleted" : NULL;
}

static void
record_line(struct subject *s, const struct crm_rec *r)
{
	crm_rec_print(r, &s->b);
	if (state_of(r)) {
		s->b.n--;
		crm_json_add_raw(&s->b, state_of(r), CRM_STR("true"));
		crm_buf_c(&s->b, '}');
	}
	s->more = s->more && crm_out_record(s->j->out, crm_buf_view(&s->b));
	crm_buf_clear(&s->b);
}

static void
diff_line(void *ctx, struct crm_str path, struct crm_str before,
    struct crm_str after)
{
	struct subject *s = ctx;
	crm_json_comma(&s->b);
	crm_buf_c(&s->b, '{');
	crm_json_add_str(&s->b, "field", path);
	if (before.n)
		crm_json_add_raw(&s->b, "before", before);
	if (after.n)
		crm_json_add_raw(&s->b, "after", after);
	crm_buf_c(&s->b, '}');
}

static void
add_commit(struct subject *s, const struct crm_commit *c)
{
	struct crm_buf t = { 0 };
	crm_json_add_u64(&s->b, "rev", c->rev);
	crm_json_add_u64(&s->b, "txn", c->txn);
	if (c->at) {
		crm_time_format(&t, c->at);
		crm_json_add_str(&s->b, "at", crm_buf_view(&t));
	}
	if (c->actor.n)
		crm_json_add_str(&s->b, "actor", c->actor);
	if (c->program.n)
		crm_json_add_str(&s->b, "program", c->program);
	if (c->why.n)
		crm_json_add_str(&s->b, "why", c->why);
	if (c->source.n)
		crm_json_add_str(&s->b, "source", c->source);
	if (c->line)
		crm_json_add_u64(&s->b, "line", c->line);
	crm_buf_release(&t);
}

/* -- as text ---------------------------------------------------------------- */

static void
add_safe(struct subject *s, struct crm_str raw)
{
	struct crm_buf t = { 0 };
	crm_json_text(&t, raw);
	crm_safe(&s->b, crm_buf_view(&t), false);
	crm_buf_release(&t);
}

static void
record_text(struct subject *s, const struct crm_rec *r)
{
	crm_buf_printf(&s->b, "\n%.*s %.*s%s\n", CRM_FMT(r->type->name),
	    CRM_FMT(crm_rec_id(r)), r->state == CRM_MERGED ?
	    _(" (merged)") : r->state == CRM_DEAD ? _(" (deleted)") : "");
	for (uint32_t i = 0; i < r->shape->n; i++) {
		struct crm_str key = r->shape->keys[i];
		if (crm_str_is(key, "id") || crm_str_is(key, "type"))
			continue;
		crm_buf_z(&s->b, "    ");
		crm_safe(&s->b, key, false);
		crm_buf_z(&s->b, ": ");
		add_safe(s, crm_rec_val(r, i));
		crm_buf_c(&s->b, '\n');
	}
	put(s);
}

static void
diff_text(void *ctx, struct crm_str path, struct crm_str before,
    struct crm_str after)
{
	struct subject *s = ctx;
	crm_buf_z(&s->b, "    ");
	crm_safe(&s->b, path, false);
	crm_buf_z(&s->b, ": ");
	if (before.n)
		add_safe(s, before);
	crm_buf_z(&s->b, " -> ");
	if (after.n)
		add_safe(s, after);
	crm_buf_c(&s->b, '\n');
}

static void
commit_text(struct subject *s, const struct crm_rec *r,
    const struct crm_commit *c)
{
	crm_buf_c(&s->b, '\n');
	if (c->at)
		crm_time_format(&s->b, c->at);
	crm_buf_printf(&s->b, " %.*s %.*s: ", CRM_FMT(r->type->name),
	    CRM_FMT(crm_rec_id(r)));
	crm_safe(&s->b, c->program, false);
	crm_buf_z(&s->b, _(" by "));
	crm_safe(&s->b, c->actor, false);
	if (c->source.n) {
		crm_buf_z(&s->b, _(" from "));
		crm_safe(&s->b, c->source, false);
		if (c->line)
			crm_buf_printf(&s->b, ":%" PRIu64, c->line);
	}
	if (c->why.n) {
		crm_buf_z(&s->b, " (");
		crm_safe(&s->b, c->why, false);
		crm_buf_c(&s->b, ')');
	}
	crm_buf_c(&s->b, '\n');
}

/* -- history ---------------------------------------------------------------- */

static void
change(struct subject *s, const struct crm_rec *before,
    const struct crm_rec *after, const struct crm_commit *c)
{
	if (s->text) {
		commit_text(s, after, c);
		crm_rec_diff(before, after, diff_text, s);
		put(s);
		return;
	}
	crm_buf_c(&s->b, '{');
	crm_json_add_str(&s->b, "_history", crm_rec_id(after));
	add_commit(s, c);
	crm_json_key(&s->b, "changes");
	crm_buf_c(&s->b, '[');
	crm_rec_diff(before, after, diff_line, s);
	crm_buf_z(&s->b, "]}");
	s->more = s->more && crm_out_record(s->j->out, crm_buf_view(&s->b));
	crm_buf_clear(&s->b);
}

struct versions {
	struct crm_batch *rows;
	struct crm_commit *c;
	struct crm_arena mem;
	size_t n, cap;
	struct crm_map *files;
};

static void
note_file(void *ctx, struct crm_str hex)
{
	crm_map_put(ctx, hex, NULL);
}

static bool
keep(void *ctx, const struct crm_rec *r, const struct crm_commit *c)
{
	struct versions *v = ctx;
	crm_attachments_each(r->line, note_file, v->files);
	crm_grow(&v->c, &v->cap, v->n + 1, sizeof(*v->c));
	v->c[v->n] = *c;
	v->c[v->n].actor = crm_arena_str(&v->mem, c->actor);
	v->c[v->n].program = crm_arena_str(&v->mem, c->program);
	v->c[v->n].why = crm_arena_str(&v->mem, c->why);
	v->c[v->n++].source = crm_arena_str(&v->mem, c->source);
	crm_batch_add(v->rows, r);
	return true;
}

/* Oldest first. */
static enum crm_status
history(struct subject *s, uint64_t no, struct crm_err *err)
{
	struct versions v = { .rows = crm_batch_new(), .files = &s->files };
	enum crm_status st = crm_store_versions(s->store, no, keep, &v, err);
	for (size_t i = v.n; i-- > 0 && !st && s->more;)
		change(s, i + 1 < v.n ? crm_batch_row(v.rows, i + 1) : NULL,
		    crm_batch_row(v.rows, i), &v.c[i]);
	crm_batch_free(v.rows);
	free(v.c);
	crm_arena_release(&v.mem);
	return st;
}

/* -- all of it -------------------------------------------------------------- */

static void
title(struct subject *s, const char *text)
{
	if (!s->text)
		return;
	crm_buf_printf(&s->b, s->markdown ? "\n## %s\n" : "\n== %s ==\n",
	    text);
	put(s);
}

static enum crm_status
records(struct subject *s, const struct crm_u64s *no, struct crm_err *err)
{
	struct crm_batch *b = crm_batch_new();
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < no->n && !st && s->more; i++) {
		struct crm_key k = { .by = CRM_BY_NO, .no = no->v[i] };
		st = crm_store_get(s->store, UINT64_MAX, &k, 1, b, NULL, err);
		const struct crm_rec *r = st ? NULL : crm_batch_row(b, 0);
		if (st || !r->line.n || !r->type)
			continue;
		if (s->text)
			record_text(s, r);
		else
			record_line(s, r);
	}
	crm_batch_free(b);
	return st;
}

static enum crm_status
put_file(void *ctx, struct crm_str line, struct crm_err *err CRM_UNUSED)
{
	struct subject *s = ctx;
	s->more = s->more && crm_out_record(s->j->out, line);
	return CRM_OK;
}

/* What is attached, now or ever: the content, as in a backup; for people, where
 * it lies. */
static enum crm_status
files(struct subject *s, struct crm_err *err)
{
	struct crm_buf path = { 0 }, content = { 0 };
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < s->files.n && !st && s->more; i++) {
		struct crm_str hex = s->files.e[i].key;
		crm_buf_clear(&path);
		crm_buf_clear(&content);
		st = crm_attach_folder(s->store, &path, err);
		crm_buf_printf(&path, "/%.2s/%.*s", hex.p,
		    CRM_FMT(crm_str_sub(hex, 2, hex.n)));
		if (st || access(crm_buf_cstr(&path), R_OK) < 0)
			continue;	/* never kept here */
		if (s->text) {
			crm_buf_printf(&s->b, "%s\n", crm_buf_cstr(&path));
			put(s);
		} else if (crm_buf_read_file(&content, path.p) < 0) {
			st = crm_err_sys(err, "attach.read", "%s", path.p);
		} else {
			st = crm_attach_lines(crm_buf_view(&content), put_file,
			    s, err);
		}
	}
	crm_buf_release(&path);
	crm_buf_release(&content);
	return st;
}

static enum crm_status
print_all(struct subject *s, struct crm_err *err)
{
	title(s, _("The person"));
	enum crm_status st = records(s, &s->self, err);
	title(s, _("What points there"));
	if (!st)
		st = records(s, &s->linked, err);
	title(s, _("Every change"));
	for (size_t i = 0; i < s->self.n && !st; i++)
		st = history(s, s->self.v[i], err);
	for (size_t i = 0; i < s->linked.n && !st; i++)
		st = history(s, s->linked.v[i], err);
	if (s->files.n)
		title(s, _("Attached files"));
	return st ? st : files(s, err);
}

void
crm_export_subject(struct crm_export_job *j)
{
	struct crm_err err = { 0 };
	const struct crm_rec *rec;
	struct crm_feed *f = &j->feed;
	struct subject s = { .j = j, .store = f->session.store, .more = true };
	struct crm_batch *rows = crm_batch_new();
	enum crm_format form = crm_out_format(j->out);
	s.text = form == CRM_OUT_CARD || form == CRM_OUT_MARKDOWN ||
	    form == CRM_OUT_TABLE;
	s.markdown = form == CRM_OUT_MARKDOWN;
	if (s.text)
		crm_out_own(j->out);
	enum crm_status st = crm_session_lookup(&f->session,
	    crm_str_z(j->subject), f->type, rows, &rec, &err);
	if (!st)
		st = find_all(&s, rec, &err);
	if (!st)
		st = print_all(&s, &err);
	if (st)
		crm_cli_fail(j->cli, &err);
	crm_batch_free(rows);
	crm_idset_release(&s.ids);
	crm_map_release(&s.seen);
	crm_map_release(&s.files);
	crm_u64s_release(&s.self);
	crm_u64s_release(&s.linked);
	crm_buf_release(&s.b);
}
