/* References on the way into the store: operands and fields that name their
 * target by a key, and ids whose record has not come yet. */
#include "cli/sink_impl.h"

#include "model/ref.h"
#include "model/refs.h"

enum { MAX_NAMED = 8 };	/* ids in a message */

static enum crm_status
not_found(struct crm_str ref, struct crm_err *err)
{
	return crm_err_set(err, CRM_NOTFOUND, "ref.none",
	    _("no such record: '%.*s'"), CRM_FMT(ref));
}

/* Names the records a key finds. */
static enum crm_status
several(struct crm_sink *s, struct crm_str ref, const struct crm_key *k,
    size_t n, struct crm_err *err)
{
	struct crm_buf ids = { 0 };
	size_t found = 0;
	for (size_t i = 0; i < n; i++) {
		struct crm_err e = { 0 };
		enum crm_status st = crm_txn_find(s->t, &k[i], s->rows, &e);
		for (size_t r = 0; !st && r < crm_batch_len(s->rows); r++)
			if (found++ < MAX_NAMED)
				crm_buf_printf(&ids, " %.*s", CRM_FMT(
				    crm_rec_id(crm_batch_row(s->rows, r))));
	}
	enum crm_status st = crm_err_set(err, CRM_INVALID, "ref.several",
	    _("'%.*s' names %zu records:%s%s"), CRM_FMT(ref), found,
	    crm_buf_cstr(&ids), found > MAX_NAMED ? " ..." : "");
	crm_buf_release(&ids);
	return st;
}

static bool
is_there(const struct crm_rec *r)
{
	return r->line.n && r->state == CRM_LIVE;
}

static bool
is_converted(const struct crm_rec *r)
{
	struct crm_str id;
	return r->type && crm_str_is(r->type->name, "lead") &&
	    crm_rec_get(r, CRM_STR("converted.contact"), &id) &&
	    crm_json_is_string(id);
}

/* A converted lead answers with its contact. */
static enum crm_status
convert(struct crm_sink *s, const struct crm_rec **row, struct crm_err *err)
{
	struct crm_str id;
	if (!is_converted(*row) ||
	    !crm_rec_get(*row, CRM_STR("converted.contact"), &id))
		return CRM_OK;
	crm_buf_clear(&s->tmp);
	crm_buf_str(&s->tmp, crm_json_inner(id));
	struct crm_key k = { .by = CRM_BY_ID, .value = crm_buf_view(&s->tmp) };
	struct crm_batch *b = crm_batch_new();
	enum crm_status st = crm_txn_get(s->t, &k, 1, b, NULL, err);
	if (!st && crm_batch_len(b) && is_there(crm_batch_row(b, 0))) {
		crm_batch_free(s->rows);
		s->rows = b;
		*row = crm_batch_row(b, 0);
		return CRM_OK;
	}
	crm_batch_free(b);
	return st;
}

static bool
wanted(const struct crm_rec *r, const struct crm_type *const *types, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (r->type && crm_str_eq(r->type->name, types[i]->name))
			return true;
	return n == 0;
}

static enum crm_status
by_id(struct crm_sink *s, struct crm_str ref,
    const struct crm_type *const *types, size_t n, const struct crm_rec **out,
    struct crm_err *err)
{
	struct crm_key k = { .by = CRM_BY_ID, .value = ref };
	uint32_t many = 0;
	enum crm_status st = crm_txn_get(s->t, &k, 1, s->rows, &many, err);
	if (!st && !is_there(crm_batch_row(s->rows, 0)) && ref.n >= 4) {
		k.by = CRM_BY_ENDING;
		k.type = n == 1 ? types[0] : NULL;
		st = crm_txn_get(s->t, &k, 1, s->rows, &many, err);
		if (!st && many > 1)
			return several(s, ref, &k, 1, err);
	}
	if (st)
		return st;
	*out = crm_batch_row(s->rows, 0);
	return is_there(*out) && wanted(*out, types, n) ? CRM_OK :
	    not_found(ref, err);
}

static enum crm_status
by_key(struct crm_sink *s, struct crm_str text, const struct crm_ref *ref,
    const struct crm_type *const *types, size_t n, const struct crm_rec **out,
    struct crm_err *err)
{
	const struct crm_schema *sch = s->ses.schema;
	size_t max = n ? n : sch->ntypes, nk = 0, found = 0, first = 0, old = 0;
	struct crm_key *k = crm_calloc(max, sizeof(*k));
	uint32_t *many = crm_calloc(max, sizeof(*many));
	struct crm_buf *vals = crm_calloc(max, sizeof(*vals));
	for (size_t i = 0; i < max; i++) {
		const struct crm_type *t = n ? types[i] : &sch->types[i];
		if (!crm_ref_key(ref, t, crm_buf_view(&s->ses.region),
		    &k[nk].field, &vals[nk]))
			continue;
		k[nk].by = CRM_BY_FIELD;
		k[nk].type = t;
		k[nk].value = crm_buf_view(&vals[nk]);
		nk++;
	}
	enum crm_status st = nk ? crm_txn_get(s->t, k, nk, s->rows, many,
	    err) : not_found(text, err);
	for (size_t i = 0; !st && i < nk; i++) {
		const struct crm_rec *r = crm_batch_row(s->rows, i);
		if (!is_there(r))
			continue;
		if (many[i] < 2 && is_converted(r)) {
			old = i + 1;	/* its contact is meant, and mostly found */
			continue;
		}
		if (!found)
			first = i;
		found += many[i] ? many[i] : 1;
	}
	if (!found && old) {
		first = old - 1;
		found = 1;
	}
	if (!st && found != 1)
		st = found ? several(s, text, k, nk, err) :
		    not_found(text, err);
	if (!st)
		*out = crm_batch_row(s->rows, first);
	for (size_t i = 0; i < max; i++)
		crm_buf_release(&vals[i]);
	free(vals);
	free(many);
	free(k);
	return st;
}

enum crm_status
crm_sink_lookup(struct crm_sink *s, struct crm_str text,
    const struct crm_type *const *types, size_t n, const struct crm_rec **out,
    struct crm_err *err)
{
	struct crm_ref ref;
	crm_ref_parse(s->ses.schema, text, &ref);
	if (n == 0 && s->type) {
		types = &s->type;
		n = 1;
	}
	enum crm_status st = ref.by_key ?
	    by_key(s, text, &ref, types, n, out, err) :
	    by_id(s, text, types, n, out, err);
	bool lead = n == 1 && crm_str_is(types[0]->name, "lead");
	if (!st && !lead)
		st = convert(s, out, err);
	return st;
}

/* -- references in fields -------------------------------------------------- */

static size_t
ref_types(const struct crm_schema *s, const struct crm_field *f,
    const struct crm_type **types, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; i < f->nrefs && n < max; i++) {
		types[n] = crm_schema_type_no(s, f->refs[i]);
		n += types[n] != NULL;
	}
	return n;
}

/* A record that holds nothing but the key it was named by. */
static enum crm_status
make_stub(struct crm_sink *s, const struct crm_type *t,
    const struct crm_ref *ref, struct crm_buf *id, struct crm_err *err)
{
	struct crm_buf line = { 0 };
	const struct crm_field *f = crm_type_field(t, ref->key);
	crm_buf_c(&line, '{');
	crm_json_add_str(&line, "type", t->name);
	if (ref->system.n) {
		crm_buf_z(&line, ",\"ext\":{");
		crm_json_quote(&line, ref->system);
		crm_buf_c(&line, ':');
		crm_json_quote(&line, ref->value);
		crm_buf_c(&line, '}');
	} else if (f) {
		crm_buf_c(&line, ',');
		crm_json_quote(&line, f->name);
		crm_buf_c(&line, ':');
		crm_json_quote(&line, ref->value);
	}
	crm_buf_c(&line, '}');
	enum crm_status st = crm_sink_add_line(s, NULL, crm_buf_view(&line), id,
	    err);
	crm_buf_release(&line);
	return st;
}

/* By a mere name; nothing is appended where it meets no one record. */
static enum crm_status
resolve_name(struct crm_sink *s, struct crm_str name,
    const struct crm_type *const *types, size_t n, struct crm_buf *out,
    struct crm_err *err)
{
	struct crm_buf id = { 0 };
	enum crm_status st = crm_sink_by_name(s, name, types, n, &id, err);
	if (!st && id.n)
		crm_json_quote(out, crm_buf_view(&id));
	crm_buf_release(&id);
	return st;
}

struct referrer {
	struct crm_sink *s;
	struct crm_str id;
};

/* An id; the old one of a merged record leads to its survivor, but not where
 * that is the referrer itself. */
static enum crm_status
lead_on(const struct referrer *from, struct crm_str id, struct crm_buf *out,
    struct crm_err *err)
{
	struct crm_sink *s = from->s;
	struct crm_key k = { .by = CRM_BY_ID, .value = id };
	enum crm_status st = crm_txn_merged(s->t) ? crm_txn_get(s->t, &k, 1,
	    s->rows, NULL, err) : CRM_NOTFOUND;
	bool there = !st && is_there(crm_batch_row(s->rows, 0));
	struct crm_str to = there ? crm_rec_id(crm_batch_row(s->rows, 0)) : id;
	if (crm_str_eq(to, id) || !crm_str_eq(to, from->id))
		crm_json_quote(out, to);
	return st == CRM_NOTFOUND ? CRM_OK : st;
}

static enum crm_status
resolve(void *ctx, const struct crm_field *f, struct crm_str text,
    struct crm_buf *out, struct crm_err *err)
{
	const struct referrer *from = ctx;
	struct crm_sink *s = from->s;
	const struct crm_type *types[16];
	const struct crm_rec *row;
	struct crm_ref ref;
	bool fresh;
	size_t n = ref_types(s->ses.schema, f, types, CRM_LEN(types));
	struct crm_str name;
	if (crm_ref_is_name(text, &name))
		return resolve_name(s, name, types, n, out, err);
	crm_ref_parse(s->ses.schema, text, &ref);
	if (!ref.by_key)
		return lead_on(from, text, out, err);
	struct crm_buf key = { 0 };
	crm_buf_printf(&key, "%u ", f->index);
	crm_buf_str(&key, text);
	struct crm_map_entry *e = crm_map_put(&s->refs, crm_buf_view(&key),
	    &fresh);
	crm_buf_release(&key);
	if (!fresh && e->v.p) {
		crm_json_quote(out, *(struct crm_str *)e->v.p);
		return CRM_OK;
	}
	struct crm_buf id = { 0 };
	enum crm_status st = crm_sink_lookup(s, text, types, n, &row, err);
	if (!st)
		crm_buf_str(&id, crm_rec_id(row));
	else if (st == CRM_NOTFOUND && s->create_missing && n)
		st = make_stub(s, types[0], &ref, &id, err);
	if (st) {
		char msg[sizeof(err->msg)];
		memcpy(msg, err->msg, sizeof(msg));
		return crm_status_is_data(st) ? crm_err_field(err, CRM_INVALID,
		    err->id, f->name, "%s", msg) : st;
	}
	struct crm_str *kept = crm_arena_alloc(&s->mem, sizeof(*kept));
	*kept = crm_arena_str(&s->mem, crm_buf_view(&id));
	crm_buf_release(&id);
	e->v.p = kept;
	crm_json_quote(out, *kept);
	return CRM_OK;
}

/* Could the field's value hold a reference by key, or with `ids` any? */
static bool
may_hold_key(const struct crm_type *t, const struct crm_field *f,
    struct crm_str raw, bool ids)
{
	if (f->kind == CRM_K_REF)
		return ids || memchr(raw.p, ':', raw.n) != NULL;
	return f->kind == CRM_K_OBJECT && crm_field_refers(t, f);
}

static bool
has_refs(struct crm_fieldmap *map, const struct crm_rec *r, bool ids)
{
	if (!r->type)
		return false;
	const struct crm_field *const *f = crm_fieldmap_get(map, r->shape,
	    r->type);
	for (uint32_t i = 0; i < r->shape->n; i++)
		if (f[i] && may_hold_key(r->type, f[i], crm_rec_val(r, i),
		    ids))
			return true;
	return false;
}

bool
crm_sink_names(struct crm_fieldmap *map, const struct crm_rec *r)
{
	return has_refs(map, r, false);
}

enum crm_status
crm_sink_refs(struct crm_sink *s, const struct crm_rec *r,
    const struct crm_rec *old, struct crm_change_set *c, struct crm_err *err)
{
	bool ids = crm_txn_merged(s->t);
	if (!has_refs(&s->map, r, ids))
		return CRM_OK;
	const struct crm_field *const *f = crm_fieldmap_get(&s->map, r->shape,
	    r->type);
	struct referrer from = { s, crm_rec_id(r) };
	const struct crm_refs map = { .fn = resolve, .ctx = &from,
		.once = ids };
	crm_buf_clear(&s->names_by.fields);
	for (uint32_t i = 0; i < r->shape->n; i++) {
		if (!f[i] || !may_hold_key(r->type, f[i], crm_rec_val(r, i),
		    ids))
			continue;
		struct crm_buf b = { 0 };
		struct crm_str raw = crm_rec_val(r, i);
		enum crm_status st = crm_refs_map(&map, r->type, f[i], raw, &b,
		    err);
		if (!st)
			crm_sink_names_later(s, r->shape->keys[i], raw);
		struct crm_str was, got = crm_buf_view(&b);
		if (!st && (!got.n || (got.n == 2 && raw.n > 2))) {
			bool had = old && crm_rec_get(old, r->shape->keys[i],
			    &was);
			crm_buf_clear(&b);	/* nothing takes it out */
			crm_buf_str(&b, had ? was : CRM_STR(""));
		}
		if (!st && !crm_str_eq(raw, crm_buf_view(&b)))
			crm_change_put(c, r->shape->keys[i], crm_buf_view(&b));
		crm_buf_release(&b);
		if (st)
			return st;
	}
	return CRM_OK;
}

/* -- references to ids that have not come yet ------------------------------ */

struct watched {
	struct crm_str id, source;
	const char *field;
	uint64_t line;
};

void
crm_sink_watch(struct crm_sink *s, const struct crm_item *item,
    const struct crm_rec *r)
{
	struct crm_str none = { NULL, 0 };
	crm_record_keys(r, 1u << CRM_KEY_REF, none, &s->keys);
	for (size_t i = 0; i < s->keys.n; i++) {
		bool fresh;
		struct crm_map_entry *e = crm_map_put(&s->watch,
		    s->keys.k[i].term, &fresh);
		if (!fresh)
			continue;
		struct watched *w = crm_arena_zalloc(&s->names, sizeof(*w));
		w->id = crm_arena_str(&s->names, crm_rec_id(r));
		w->field = crm_arena_str(&s->names,
		    s->keys.k[i].field->name).p;
		w->source = item ? item->source : none;
		w->line = item ? item->line : 0;
		e->v.p = w;
	}
}

void
crm_sink_open_refs(struct crm_sink *s)
{
	struct crm_at now = { CRM_AT_NOW, 0 };
	struct crm_err err = { 0 };
	uint64_t rev;
	if (!s->watch.n || s->broken || s->cli->dry ||
	    crm_store_at(s->ses.store, now, &rev, &err))
		return;
	for (size_t i = 0; i < s->watch.n; i++) {
		struct crm_map_entry *e = &s->watch.e[i];
		const struct watched *w = e->v.p;
		struct crm_key k = { .by = CRM_BY_ID, .value = e->key };
		if (crm_store_get(s->ses.store, rev, &k, 1, s->rows, NULL,
		    &err) || is_there(crm_batch_row(s->rows, 0)))
			continue;
		err = (struct crm_err){ .line = w->line };
		snprintf(err.source, sizeof(err.source), "%.*s",
		    CRM_FMT(w->source));
		(void)!crm_err_field(&err, CRM_INVALID, "ref.dangling",
		    crm_str_z(w->field), _("'%.*s' points to '%.*s', which is"
		    " not there; the record is kept"), CRM_FMT(w->id),
		    CRM_FMT(e->key));
		crm_cli_fail(s->cli, &err);
	}
}
