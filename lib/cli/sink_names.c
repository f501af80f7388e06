/* References by a mere name ("name?:Acme", which crm-import writes where a file
 * says no more): the one live record that has exactly this name, wherever in
 * the store or earlier in the load it is. Names are no keys, so they are read
 * once a run, 16 bytes each. */
#include "cli/sink_impl.h"

#include "base/hash.h"

enum { MIN_SLOTS = 1024 };
#define SEVERAL UINT64_MAX

struct crm_name_slot {
	uint64_t hash, no;	/* hash 0: free; no SEVERAL: not one */
};

/* Types that people name without a key. */
static const char *const named_types[] = { "account", "contact" };

static uint64_t
hash_of(const struct crm_type *t, struct crm_str name)
{
	static const uint8_t key[16] = "names of records";
	uint64_t h = crm_siphash(key, name.p, name.n) ^
	    crm_siphash(key, t->name.p, t->name.n);
	return h ? h : 1;
}

static struct crm_name_slot *
slot_of(const struct crm_names *m, uint64_t hash)
{
	size_t i = hash & (m->cap - 1);
	while (m->slot[i].hash && m->slot[i].hash != hash)
		i = (i + 1) & (m->cap - 1);
	return &m->slot[i];
}

static void
put(struct crm_names *m, uint64_t hash, uint64_t no)
{
	if (m->n * 2 >= m->cap) {
		struct crm_names old = *m;
		m->cap = old.cap ? old.cap * 2 : MIN_SLOTS;
		m->slot = crm_calloc(m->cap, sizeof(*m->slot));
		for (size_t i = 0; i < old.cap; i++)
			if (old.slot[i].hash)
				*slot_of(m, old.slot[i].hash) = old.slot[i];
		free(old.slot);
	}
	struct crm_name_slot *s = slot_of(m, hash);
	m->n += s->hash == 0;
	s->no = s->hash && s->no != no ? SEVERAL : no;
	s->hash = hash;
}

static bool
name_of(const struct crm_rec *r, struct crm_buf *b)
{
	struct crm_str raw;
	crm_buf_clear(b);
	if (!crm_rec_get(r, CRM_STR("name"), &raw) || !crm_json_is_string(raw))
		return false;
	crm_json_unescape(b, crm_json_inner(raw));
	return true;
}

static bool
is_named_type(const struct crm_type *t)
{
	for (size_t i = 0; t && i < CRM_LEN(named_types); i++)
		if (crm_str_is(t->name, named_types[i]))
			return true;
	return false;
}

void
crm_sink_names_want(struct crm_sink *s, struct crm_str l, struct crm_str tool)
{
	/* only what crm-import made says where it came from */
	struct crm_str sign = CRM_STR("\"name?:");
	if (!s->names_by.wanted && tool.n && l.n)
		s->names_by.wanted = memmem(l.p, l.n, sign.p, sign.n) != NULL;
}

enum crm_status
crm_sink_names_load(struct crm_sink *s, struct crm_err *err)
{
	const struct crm_type *types[CRM_LEN(named_types)];
	struct crm_at at = { CRM_AT_NOW, 0 };
	struct crm_select q = { .types = types };
	struct crm_cursor *c = NULL;
	struct crm_buf name = { 0 };
	uint64_t rev;
	for (size_t i = 0; i < s->n && !s->names_by.wanted; i++)
		crm_sink_names_want(s, s->items[i].rec.line,
		    s->items[i].tool);
	if (!s->names_by.wanted || s->names_by.ready)
		return CRM_OK;
	for (size_t i = 0; i < CRM_LEN(named_types); i++) {
		types[q.ntypes] = crm_schema_type(s->ses.schema,
		    crm_str_z(named_types[i]));
		q.ntypes += types[q.ntypes] != NULL;
	}
	enum crm_status st = crm_store_at(s->ses.store, at, &rev, err);
	if (!st && q.ntypes)
		st = crm_store_select(s->ses.store, rev, &q, &c, err);
	while (!st && c && !(st = crm_cursor_next(c, s->rows, err)))
		for (size_t i = 0; i < crm_batch_len(s->rows); i++) {
			const struct crm_rec *r = crm_batch_row(s->rows, i);
			if (name_of(r, &name))
				put(&s->names_by, hash_of(r->type,
				    crm_buf_view(&name)), r->no);
		}
	s->names_by.ready = st == CRM_NOTFOUND || !st;
	crm_cursor_close(c);
	crm_buf_release(&name);
	return st == CRM_NOTFOUND ? CRM_OK : st;
}

void
crm_sink_names_add(struct crm_sink *s, const struct crm_rec *r, uint64_t no)
{
	struct crm_buf name = { 0 };
	if (s->names_by.ready && is_named_type(r->type) && name_of(r, &name))
		put(&s->names_by, hash_of(r->type, crm_buf_view(&name)), no);
	crm_buf_release(&name);
}

/* Does record `no` still have that name? Its id goes into id. */
static enum crm_status
check(struct crm_sink *s, uint64_t no, struct crm_str name,
    struct crm_buf *id, struct crm_err *err)
{
	struct crm_key k = { .by = CRM_BY_NO, .no = no };
	struct crm_buf b = { 0 };
	enum crm_status st = crm_txn_get(s->t, &k, 1, s->rows, NULL, err);
	const struct crm_rec *r = st ? NULL : crm_batch_row(s->rows, 0);
	if (r && r->line.n && r->state == CRM_LIVE && name_of(r, &b) &&
	    crm_str_eq(crm_buf_view(&b), name))
		crm_buf_str(id, crm_rec_id(r));
	crm_buf_release(&b);
	return st;
}

enum crm_status
crm_sink_by_name(struct crm_sink *s, struct crm_str name,
    const struct crm_type *const *types, size_t n, struct crm_buf *id,
    struct crm_err *err)
{
	struct crm_names *m = &s->names_by;
	uint64_t no = 0;
	for (size_t i = 0; m->cap && i < n && no != SEVERAL; i++) {
		const struct crm_name_slot *f = slot_of(m, hash_of(types[i],
		    name));
		if (f->hash)
			no = no ? SEVERAL : f->no;
	}
	enum crm_status st = no && no != SEVERAL ?
	    check(s, no, name, id, err) : CRM_OK;
	/* its record may come later in the same load */
	m->open = !st && !id->n && no != SEVERAL && s->spec.forward &&
	    !s->late_off;
	if (m->open)
		return CRM_OK;
	m->none += !st && !id->n && no != SEVERAL;
	m->several += no == SEVERAL;
	return st;
}

void
crm_sink_names_later(struct crm_sink *s, struct crm_str key,
    struct crm_str raw)
{
	struct crm_buf *b = &s->names_by.fields;
	if (!s->names_by.open)
		return;
	crm_buf_c(b, b->n ? ',' : '{');
	crm_json_quote(b, key);
	crm_buf_c(b, ':');
	crm_buf_str(b, raw);
	s->names_by.open = false;
}

enum crm_status
crm_sink_names_keep(struct crm_sink *s, struct crm_str id, struct crm_err *err)
{
	struct crm_names *m = &s->names_by;
	struct crm_buf b = { 0 };
	if (!m->fields.n)
		return CRM_OK;
	crm_buf_c(&b, (char)id.n);	/* at most 128 */
	crm_buf_str(&b, id);
	crm_buf_str(&b, crm_buf_view(&m->fields));
	crm_buf_c(&b, '}');
	enum crm_status st = crm_spool_add(&m->late, crm_buf_view(&b), err);
	crm_buf_clear(&m->fields);
	crm_buf_release(&b);
	return st;
}

/* One record of the load, now that all are there. */
static enum crm_status
fill_in(struct crm_sink *s, struct crm_str piece, struct crm_err *err)
{
	size_t n = (unsigned char)*piece.p;
	struct crm_key k = { .by = CRM_BY_ID,
		.value = crm_str_sub(piece, 1, n) };
	struct crm_json_iter it = crm_json_iter(crm_str_sub(piece, 1 + n,
	    piece.n));
	struct crm_change_set c = { 0 };
	struct crm_item item = { .line = 0 };
	struct crm_str key, raw;
	enum crm_status st = crm_txn_get(s->t, &k, 1, s->rows, NULL, err);
	const struct crm_rec *r = st ? NULL : crm_batch_row(s->rows, 0);
	while (crm_json_next(&it, &key, &raw))
		crm_change_put(&c, key, raw);
	if (r && r->line.n && r->state == CRM_LIVE)
		st = crm_sink_change(s, &item, r, &c, 0, err);
	crm_change_release(&c);
	return st && crm_status_is_data(st) ? CRM_OK : st;
}

enum crm_status
crm_sink_names_fill(struct crm_sink *s, bool one, struct crm_err *err)
{
	struct crm_spool from = s->names_by.late;
	const struct crm_cli_counts had = s->cli->count;
	bool mute = s->mute;
	struct crm_str piece;
	if (!from.pieces || s->stop || s->broken)
		return CRM_OK;
	s->names_by.late = (struct crm_spool){ 0 };
	s->mute = s->late_off = true;
	enum crm_status st = crm_spool_rewind(&from, err);
	if (!st && !one)
		st = crm_sink_txn(s, (struct crm_str){ NULL, 0 }, true, err);
	while (!st && !(st = crm_spool_next(&from, &piece, err)))
		st = fill_in(s, piece, err);
	st = st == CRM_NOTFOUND ? CRM_OK : st;
	/* the records were counted and shown when they came */
	s->cli->count = had;
	if (!one)
		crm_sink_close(s, st, err);
	s->mute = mute;
	crm_spool_release(&from);
	return one ? st : CRM_OK;
}

void
crm_sink_names_end(struct crm_sink *s)
{
	struct crm_names *m = &s->names_by;
	if (m->none)
		crm_cli_warn(s->cli, "ref.name", _("%" PRIu64 " references by "
		    "name found no record of that name; the fields are left "
		    "out, the names stay in raw"), m->none);
	if (m->several)
		crm_cli_warn(s->cli, "ref.name", _("%" PRIu64 " references by "
		    "name meet several records of that name; the fields are "
		    "left out, the names stay in raw"), m->several);
	free(m->slot);
	crm_buf_release(&m->fields);
	crm_spool_release(&m->late);
}
