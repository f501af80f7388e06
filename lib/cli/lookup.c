#include "cli/lookup.h"

#include "base/mem.h"
#include "model/ref.h"

enum { SHORTEST_ENDING = 4, NAMED_IDS = 5 };

static bool
fits(const struct crm_rec *r, const struct crm_type *type)
{
	return r->line.n && r->state == CRM_LIVE && (!type || r->type == type);
}

static enum crm_status
none(struct crm_str ref, struct crm_err *err)
{
	return crm_err_set(err, CRM_NOTFOUND, "ref.none",
	    _("no such record: '%.*s'"), CRM_FMT(ref));
}

static enum crm_status
by_id(struct crm_session *s, struct crm_str ref, const struct crm_type *type,
    struct crm_batch *rows, const struct crm_rec **out, struct crm_err *err)
{
	struct crm_key k = { .by = CRM_BY_ID, .value = ref };
	uint32_t count = 0;
	enum crm_status st = crm_store_get(s->store, s->rev, &k, 1, rows,
	    &count, err);
	if (st == CRM_OK && fits(crm_batch_row(rows, 0), type)) {
		*out = crm_batch_row(rows, 0);
		return CRM_OK;
	}
	if (st || ref.n < SHORTEST_ENDING)
		return st ? st : none(ref, err);
	k = (struct crm_key){ .by = CRM_BY_ENDING, .type = type,
		.value = ref };
	st = crm_store_get(s->store, s->rev, &k, 1, rows, &count, err);
	if (st == CRM_OK && count > 1)
		return crm_err_set(err, CRM_INVALID, "ref.several",
		    _("'%.*s' names several records: %" PRIu32 " ids end so"),
		    CRM_FMT(ref), count);
	if (st || !fits(crm_batch_row(rows, 0), type))
		return st ? st : none(ref, err);
	*out = crm_batch_row(rows, 0);
	return CRM_OK;
}

/* The records that a key names, over all types. */
struct found {
	uint64_t no;	/* of the first */
	size_t n;
	struct crm_buf ids;
};

static void
note_found(struct found *f, const struct crm_batch *rows,
    const struct crm_type *type)
{
	for (size_t i = 0; i < crm_batch_len(rows); i++) {
		const struct crm_rec *r = crm_batch_row(rows, i);
		if (!fits(r, type))
			continue;
		struct crm_str id = crm_rec_id(r);
		if (f->n++ == 0)
			f->no = r->no;
		if (f->n <= NAMED_IDS)
			crm_buf_printf(&f->ids, "%s%.*s", f->n > 1 ? ", " : "",
			    CRM_FMT(id));
	}
}

/* Of all types that have such a key, the one record. */
static enum crm_status
by_key(struct crm_session *s, struct crm_str text, const struct crm_ref *ref,
    const struct crm_type *type, struct crm_batch *rows,
    const struct crm_rec **out, struct crm_err *err)
{
	struct crm_buf key = { 0 };
	struct found f = { 0 };
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < s->schema->ntypes && st == CRM_OK; i++) {
		struct crm_key k = { .by = CRM_BY_FIELD,
			.type = &s->schema->types[i] };
		crm_buf_clear(&key);
		if ((type && k.type != type) || !crm_ref_key(ref, k.type,
		    crm_buf_view(&s->region), &k.field, &key))
			continue;
		k.value = crm_buf_view(&key);
		st = crm_store_find(s->store, s->rev, &k, rows, err);
		if (st == CRM_NOTFOUND)
			st = CRM_OK;
		else if (st == CRM_OK)
			note_found(&f, rows, k.type);
	}
	if (st == CRM_OK && f.n != 1)
		st = f.n ? crm_err_set(err, CRM_INVALID, "ref.several",
		    _("'%.*s' names several records: %s%s"), CRM_FMT(text),
		    crm_buf_cstr(&f.ids), f.n > NAMED_IDS ? ", ..." : "") :
		    none(text, err);
	struct crm_key no = { .by = CRM_BY_NO, .no = f.no };
	if (st == CRM_OK)
		st = crm_store_get(s->store, s->rev, &no, 1, rows, NULL, err);
	if (st == CRM_OK)
		*out = crm_batch_row(rows, 0);
	crm_buf_release(&f.ids);
	crm_buf_release(&key);
	return st;
}

/* A converted lead's contact. */
static enum crm_status
converted(struct crm_session *s, struct crm_batch *rows,
    const struct crm_rec **out, struct crm_err *err)
{
	struct crm_str contact;
	if (!crm_str_is((*out)->type->name, "lead") ||
	    !crm_rec_get(*out, CRM_STR("converted.contact"), &contact) ||
	    !crm_json_is_string(contact))
		return CRM_OK;
	char *id = crm_strdup(crm_json_inner(contact));
	enum crm_status st = by_id(s, crm_str_z(id), NULL, rows, out, err);
	free(id);
	return st;
}

enum crm_status
crm_session_lookup(struct crm_session *s, struct crm_str ref,
    const struct crm_type *type, struct crm_batch *rows,
    const struct crm_rec **out, struct crm_err *err)
{
	struct crm_ref r;
	crm_ref_parse(s->schema, ref, &r);
	*out = NULL;
	enum crm_status st = r.by_key ?
	    by_key(s, ref, &r, type, rows, out, err) :
	    by_id(s, ref, type, rows, out, err);
	if (st || type)
		return st;
	return converted(s, rows, out, err);
}
