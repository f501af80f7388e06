/* Erasing inside the transaction. */
#include "cli/erase_impl.h"

#include "model/ref.h"

enum { MENTIONS = 100 };

static void
count(struct crm_map *m, const struct crm_rec *r)
{
	if (r->type)
		crm_map_put(m, r->type->name, NULL)->v.u++;
}

/* -- texts of others -------------------------------------------------------- */

/* False where nothing changes. */
static bool
note_one(struct crm_erase_job *j, const struct crm_rec *r, uint64_t under,
    bool live)
{
	struct crm_record rec = { 0 };
	if (!crm_erase_text(j, r, live ? j->s->now : CRM_STR(""), &rec, &j->st,
	    j->err))
		return false;
	if (j->st) {
		crm_record_release(&rec);
		return false;
	}
	crm_grow(&j->change, &j->capchange, j->nchange + 1,
	    sizeof(*j->change));
	j->change[j->nchange++] = (struct crm_erase_change){ r->no, under,
		live, rec };
	return true;
}

/* Notes what the text becomes; nothing is written while the store is read. A
 * change of now leaves an image of the old text behind, which is next. */
static bool
note_change(void *ctx, const struct crm_text *x)
{
	struct crm_erase_job *j = ctx;
	const struct crm_rec *r = x->rec;
	bool live = x->under == 0 && r->state == CRM_LIVE;
	if (crm_erase_has_no(&j->nos, r->no) ||
	    (!crm_erase_has_no(&j->linked, r->no) &&
	    !crm_idset_in(&j->ids, r->line)))
		return true;
	if (note_one(j, r, x->under, live) && live)
		note_one(j, r, crm_txn_rev(j->s->t), false);
	return !j->st;
}

static enum crm_status
change_live(struct crm_erase_job *j, struct crm_item *item,
    struct crm_erase_change *c, struct crm_err *err)
{
	struct crm_op op = { .kind = CRM_OP_REPLACE, .no = c->no,
		.rec = &c->rec.rec, .line = item->line };
	enum crm_status st = crm_sink_become(j->s, item, &op, err);
	if (!st)
		count(&j->cleared, &c->rec.rec);
	return st;
}

static enum crm_status
change_texts(struct crm_erase_job *j, struct crm_item *item,
    struct crm_err *err)
{
	j->err = err;
	enum crm_status st = crm_txn_texts(j->s->t, note_change, j, err);
	st = st ? st : j->st;
	for (size_t i = 0; i < j->nchange && !st; i++) {
		struct crm_erase_change *c = &j->change[i];
		if (c->live) {
			st = change_live(j, item, c, err);
			continue;
		}
		j->images += c->under != crm_txn_rev(j->s->t);
		st = crm_txn_retext(j->s->t, c->no, c->under, &c->rec.rec,
		    err);
	}
	return st;
}

/* -- records ---------------------------------------------------------------- */

static enum crm_status
erase_record(struct crm_erase_job *j, uint64_t no, struct crm_err *err)
{
	struct crm_sink *s = j->s;
	struct crm_batch *b = crm_batch_new();
	struct crm_key k = { .by = CRM_BY_NO, .no = no };
	struct crm_buf line = { 0 };
	enum crm_status st = crm_txn_get(s->t, &k, 1, b, NULL, err);
	const struct crm_rec *r = st ? NULL : crm_batch_row(b, 0);
	if (!st)
		st = crm_txn_erase(s->t, &no, 1, err);
	if (st)
		goto done;
	count(&j->types, r);
	crm_buf_c(&line, '{');
	crm_json_add_str(&line, "id", crm_rec_id(r));
	if (r->type)
		crm_json_add_str(&line, "type", r->type->name);
	crm_json_add_u64(&line, "rev", crm_txn_rev(s->t));
	crm_json_add_raw(&line, "_deleted", CRM_STR("true"));
	crm_buf_c(&line, '}');
	crm_hooks_note(&s->hooks, crm_buf_view(&line), "erase");
	s->cli->count.deleted++;
	st = crm_sink_echo(s, crm_buf_view(&line), NULL, err);
done:
	crm_buf_release(&line);
	crm_batch_free(b);
	return st;
}

/* A number that a colleague or the company has, too, shuts nobody out. */
static enum crm_status
is_held(struct crm_erase_job *j, const struct crm_erase_key *key, bool *held,
    struct crm_err *err)
{
	const struct crm_schema *sch = j->s->ses.schema;
	struct crm_batch *b = crm_batch_new();
	enum crm_status st = CRM_OK;
	*held = false;
	for (size_t i = 0; i < sch->ntypes && !*held && !st; i++) {
		const struct crm_type *t = &sch->types[i];
		const struct crm_field *f = crm_type_field(t, key->field->name);
		struct crm_key k = { .by = CRM_BY_FIELD, .type = t, .field = f,
			.value = key->term };
		if (!f || !(f->flags & (CRM_F_KEY | CRM_F_UNIQUE)) ||
		    f->kind != key->field->kind)
			continue;
		st = crm_txn_get(j->s->t, &k, 1, b, NULL, err);
		*held = !st && crm_batch_len(b) && crm_batch_row(b, 0)->line.n;
	}
	crm_batch_free(b);
	return st;
}

static enum crm_status
suppress(struct crm_erase_job *j, struct crm_err *err)
{
	struct crm_str day = crm_str_sub(j->s->now, 0, 10);
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < j->nkey && !st; i++) {
		const struct crm_erase_key *k = &j->key[i];
		bool held = false;
		if (k->kind == 'e' || k->kind == 'p')
			st = is_held(j, k, &held, err);
		if (!st && !held)
			st = crm_suppress_add(&j->s->suppress, j->s->t,
			    k->kind, k->term, day, err);
	}
	return st;
}

/* Of people the name itself does not count: there are namesakes. */
static bool
is_mentioned(const struct crm_erase_job *j, const struct crm_rec *r)
{
	bool person = r->type && crm_suppress_person(r->type);
	if (!crm_erase_words_in(&j->words, r->line))
		return false;
	for (uint32_t i = 0; i < r->shape->n; i++) {
		const struct crm_field *f = r->type ?
		    crm_type_field(r->type, r->shape->keys[i]) : NULL;
		if ((!person || !f || f->kind != CRM_K_NAME) &&
		    crm_erase_words_in(&j->words, crm_rec_val(r, i)))
			return true;
	}
	return false;
}

/* Other records may name the person in their texts: what nobody declared is
 * for people to judge. */
static bool
note_mention(void *ctx, const struct crm_text *x)
{
	struct crm_erase_job *j = ctx;
	if (x->under)
		return false;
	if (x->rec->state != CRM_LIVE ||
	    crm_erase_has_no(&j->nos, x->rec->no) || !is_mentioned(j, x->rec))
		return true;
	crm_json_comma(&j->mentions);
	crm_json_quote(&j->mentions, crm_rec_id(x->rec));
	return ++j->nmentions < MENTIONS;
}

/* -- what is left to do ----------------------------------------------------- */

static void
add_counts(struct crm_buf *b, const char *key, const struct crm_map *m)
{
	struct crm_buf name = { 0 };
	crm_json_key(b, key);
	crm_buf_c(b, '{');
	for (size_t i = 0; i < m->n; i++) {
		crm_buf_clear(&name);
		crm_buf_str(&name, m->e[i].key);
		crm_json_add_u64(b, crm_buf_cstr(&name), m->e[i].v.u);
	}
	crm_buf_c(b, '}');
	crm_buf_release(&name);
}

/* The receipt as it is known so far, and the files that nothing may hold any
 * more, in the same transaction. */
static enum crm_status
note_todo(struct crm_erase_job *j, struct crm_str type, struct crm_str id,
    struct crm_err *err)
{
	struct crm_sink *s = j->s;
	struct crm_buf b = { 0 }, name = { 0 };
	crm_buf_c(&b, '{');
	crm_json_add_str(&b, "id", id);
	crm_json_add_str(&b, "type", type);
	crm_json_add_str(&b, "at", s->now);
	crm_json_add_str(&b, "by", s->actor);
	add_counts(&b, "erased", &j->types);
	add_counts(&b, "cleared", &j->cleared);
	crm_json_add_u64(&b, "images", j->images);
	crm_json_add_u64(&b, "attachments", j->files.n);
	if (j->nmentions)
		crm_json_add_raw(&b, "mentioned", crm_buf_view(&j->mentions));
	crm_buf_z(&b, "}\n");
	for (size_t i = 0; i < j->ids.map.n; i++) {
		if (crm_str_eq(j->ids.map.e[i].key, id))
			continue;
		crm_buf_c(&b, '{');
		crm_json_add_str(&b, "id", j->ids.map.e[i].key);
		crm_json_add_str(&b, "part", id);
		crm_buf_z(&b, "}\n");
	}
	for (size_t i = 0; i < j->files.n; i++) {
		crm_buf_c(&b, '{');
		crm_json_add_str(&b, "_file", j->files.e[i].key);
		crm_buf_z(&b, "}\n");
	}
	crm_buf_printf(&name, CRM_ERASE_TODO "%016" PRIx64 ".%.*s",
	    crm_txn_rev(s->t), CRM_FMT(id));
	enum crm_status st = crm_txn_set(s->t, crm_buf_view(&name),
	    crm_buf_view(&b), err);
	crm_buf_release(&b);
	crm_buf_release(&name);
	return st;
}

static void
release(struct crm_erase_job *j)
{
	struct crm_map *maps[] = { &j->nos, &j->linked, &j->files,
		&j->types, &j->cleared, &j->seen };
	for (size_t i = 0; i < CRM_LEN(maps); i++)
		crm_map_release(maps[i]);
	crm_idset_release(&j->ids);
	for (size_t i = 0; i < j->nchange; i++)
		crm_record_release(&j->change[i].rec);
	free(j->change);
	free(j->key);
	crm_erase_words_release(&j->words);
	crm_keyset_release(&j->keys);
	crm_reader_release(&j->reader);
	crm_arena_release(&j->mem);
	crm_buf_release(&j->tmp);
	crm_buf_release(&j->mentions);
}

static enum crm_status
erase(struct crm_erase *e, struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *r, struct crm_err *err)
{
	struct crm_erase_job j = { .e = e, .s = s };
	j.reader = (struct crm_reader){ .schema = s->ses.schema,
		.shapes = crm_store_shapes(s->ses.store), .any = true,
		.lim = { .line = SIZE_MAX, .members = SIZE_MAX,
		.depth = 4096 } };
	struct crm_str id = crm_arena_str(&j.mem, crm_rec_id(r));
	struct crm_str type = crm_arena_str(&j.mem, r->type ? r->type->name :
	    CRM_STR(""));
	enum crm_status st = crm_erase_find(&j, r->no, err);
	if (!st)
		st = change_texts(&j, item, err);
	for (size_t i = j.nos.n; i-- > 0 && !st;)
		st = erase_record(&j, j.nos.e[i].v.u, err);
	if (!st)
		st = suppress(&j, err);
	crm_buf_c(&j.mentions, '[');
	if (!st)
		st = crm_txn_texts(s->t, note_mention, &j, err);
	crm_buf_c(&j.mentions, ']');
	if (!st)
		st = note_todo(&j, type, id, err);
	release(&j);
	return st;
}

/* -- by reference ----------------------------------------------------------- */

static bool
was_erased(struct crm_sink *s, struct crm_str text)
{
	const struct crm_type *t = crm_schema_type(s->ses.schema,
	    CRM_STR("contact"));
	const struct crm_field *f = NULL;
	struct crm_buf value = { 0 };
	struct crm_str since, term = text;
	struct crm_key k;
	struct crm_ref ref;
	char kind = 'i';
	crm_ref_parse(s->ses.schema, text, &ref);
	if (ref.by_key && t && crm_ref_key(&ref, t,
	    crm_buf_view(&s->ses.region), &k.field, &value)) {
		f = k.field;
		kind = crm_suppress_kind(f);
		term = crm_buf_view(&value);
	}
	bool known = crm_suppress_knows(&s->suppress, kind, term, &since);
	crm_buf_release(&value);
	return known;
}

enum crm_status
crm_erase_apply(struct crm_erase *e, struct crm_sink *s,
    struct crm_item *item, struct crm_str ref, struct crm_err *err)
{
	const struct crm_rec *row;
	enum crm_status st = crm_sink_lookup(s, ref, NULL, 0, &row, err);
	if (!st)
		return erase(e, s, item, row, err);
	if (st != CRM_NOTFOUND)
		return st;
	struct crm_key k = { .by = CRM_BY_OLD_ID, .value = ref };
	struct crm_batch *b = crm_batch_new();
	struct crm_err other = { 0 };
	if (crm_id_valid(ref) && crm_txn_get(s->t, &k, 1, b, NULL, &other) ==
	    CRM_OK && crm_batch_len(b) && crm_batch_row(b, 0)->line.n) {
		st = erase(e, s, item, crm_batch_row(b, 0), err);
	} else if (was_erased(s, ref)) {
		e->already++;
		st = CRM_OK;
	}
	crm_batch_free(b);
	return st;
}
